using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Who builds a job's packages, by the keys <c>package_source</c>, <c>gitbuilder_host</c>, <c>baseurl_template</c> and <c>shaman</c>.</summary>
/// <param name="GitbuilderHost">Host of a gitbuilder; null for a shaman.</param>
/// <param name="Template">How its addresses are made.</param>
/// <param name="ShamanEndpoint">Address of a shaman's API.</param>
/// <param name="Noarch">Ask the shaman for builds for any processor.</param>
/// <param name="Wait">Wait for a build that is not there yet.</param>
/// <param name="GitUrl">The project's repository, where tags are looked up.</param>
public sealed record PackageBuilder(string? GitbuilderHost, string Template, string ShamanEndpoint, bool Noarch, bool Wait, string GitUrl)
{
    /// <summary>Reads the keys from the task's configuration or else from the job, or else from the site.</summary>
    /// <param name="config">Configuration of <c>install</c>.</param>
    /// <param name="job">The job's configuration.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="project">The project.</param>
    /// <param name="mark">Where the task stands.</param>
    /// <returns>Null when neither names a builder: packages then come from what the machines have as sources.</returns>
    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static PackageBuilder? Read(YamlMap config, YamlMap job, YamlMap site, string project, YamlMark? mark)
    {
        var source = Text("package_source");
        if (source is not (null or "gitbuilder" or "shaman"))
            throw Wrong("package_source", source == "pulp" ? "'package_source' is pulp, which needs a Pulp server with an account; it may be gitbuilder or shaman" : $"'package_source' is '{source}'; it may be gitbuilder or shaman");
        var host = Text("gitbuilder_host");
        var shaman = Of("shaman") switch { null => null, YamlMap map => map, _ => throw Wrong("shaman", "'shaman' must be a mapping with the key 'endpoint'") };
        var endpoint = shaman?.Get("endpoint") as string;
        source ??= host is not null ? "gitbuilder" : shaman is not null ? "shaman" : null;
        if (source is null)
            return null;
        if (source == "gitbuilder" && host is null)
            throw Wrong("package_source", "'package_source: gitbuilder' needs 'gitbuilder_host'");
        if (source == "shaman" && endpoint is null)
            throw Wrong("shaman", "'shaman.endpoint' is missing; it must be the address of a shaman's API");
        var git = Text($"{project.Replace('-', '_')}_git_url") ?? $"{(Text("ceph_git_base_url") ?? "https://github.com/ceph/").TrimEnd('/')}/{project}.git";
        return new PackageBuilder(source == "gitbuilder" ? host : null, Text("baseurl_template") ?? BuildTarget.GitbuilderTemplate, endpoint ?? "", shaman?.Get("force_noarch") is true, config.Get("wait_for_package") is true, git);

        object? Of(string key) => config.Get(key) ?? job.Get(key) ?? site.Get(key);

        string? Text(string key) => Of(key) switch { null => null, string text => text, _ => throw Wrong(key, $"'{key}' must be a text") };

        ConfigurationException Wrong(string key, string message) => new($"task 'install': {message}", (config.ContainsKey(key) ? config.MarkOf(key) : job.ContainsKey(key) ? job.MarkOf(key) : null) ?? mark);
    }
}

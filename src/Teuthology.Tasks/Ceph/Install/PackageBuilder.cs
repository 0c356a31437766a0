using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Who builds a job's packages, by the keys <c>package_source</c>, <c>gitbuilder_host</c>, <c>baseurl_template</c>, <c>shaman</c> and <c>pulp</c>.</summary>
/// <param name="GitbuilderHost">Host of a gitbuilder; null for the others.</param>
/// <param name="Template">How its addresses are made.</param>
/// <param name="ShamanEndpoint">Address of a shaman's API.</param>
/// <param name="Noarch">Ask the shaman for builds for any processor.</param>
/// <param name="Wait">Wait for a build that is not there yet.</param>
/// <param name="GitUrl">The project's repository, where tags are looked up.</param>
public sealed record PackageBuilder(string? GitbuilderHost, string Template, string ShamanEndpoint, bool Noarch, bool Wait, string GitUrl)
{
    /// <summary>A Pulp server; null for the others.</summary>
    public PulpAccount? Pulp { get; init; }

    /// <summary>A project's repository by the keys <c>PROJECT_git_url</c> and <c>ceph_git_base_url</c>.</summary>
    /// <param name="project">The project.</param>
    /// <param name="text">Gives a key's value, or null.</param>
    internal static string GitUrlOf(string project, Func<string, string?> text) =>
        text($"{project.Replace('-', '_')}_git_url") ?? $"{(text("ceph_git_base_url") ?? "https://github.com/ceph/").TrimEnd('/')}/{project}.git";

    /// <summary>Reads the keys from the task's configuration or else from the job, or else from the site; those within <c>shaman</c> and <c>pulp</c> one by one.</summary>
    /// <param name="config">Configuration of <c>install</c>.</param>
    /// <param name="job">The job's configuration.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="project">The project.</param>
    /// <param name="mark">Where the task stands.</param>
    /// <returns>Null when neither names a builder: packages then come from what the machines have as sources.</returns>
    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static PackageBuilder? Read(YamlMap config, YamlMap job, YamlMap site, string project, YamlMark? mark)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(project);
        var source = Text("package_source");
        if (source is not (null or "gitbuilder" or "shaman" or "pulp"))
            throw Wrong("package_source", $"'package_source' is '{source}'; it may be gitbuilder, shaman or pulp");
        var host = Text("gitbuilder_host");
        var shaman = Keys("shaman", "endpoint");
        var pulp = Keys("pulp", "endpoint, username and password");
        source ??= host is not null ? "gitbuilder" : shaman is not null ? "shaman" : pulp is not null ? "pulp" : null;
        if (source is null)
            return null;
        if (source == "gitbuilder" && host is null)
            throw Wrong("package_source", "'package_source: gitbuilder' needs 'gitbuilder_host'");
        var endpoint = shaman?.Get("endpoint") as string;
        if (source == "shaman" && endpoint is null)
            throw Wrong("shaman", "'shaman.endpoint' is missing; it must be the address of a shaman's API");
        var git = GitUrlOf(project, Text);
        return new PackageBuilder(source == "gitbuilder" ? host : null, Text("baseurl_template") ?? BuildTarget.GitbuilderTemplate, endpoint ?? "", shaman?.Get("force_noarch") is true, config.Get("wait_for_package") is true, git)
        {
            Pulp = source == "pulp" ? PulpAccount.Read(pulp ?? [], message => Wrong("pulp", message)) : null,
        };

        string? Text(string key) => (config.Get(key) ?? job.Get(key) ?? site.Get(key)) switch { null => null, string text => text, _ => throw Wrong(key, $"'{key}' must be a text") };

        YamlMap? Keys(string key, string keys)
        {
            YamlMap? merged = null;
            foreach (var level in new[] { site, job, config })
            {
                merged = level.Get(key) switch
                {
                    null or false => merged,
                    YamlMap map => (YamlMap)DeepMerge.Merge(merged ?? [], map)!,
                    _ => throw Wrong(key, $"'{key}' must be a mapping with the key{(keys.Contains(' ', StringComparison.Ordinal) ? "s" : "")} {keys}"),
                };
            }

            return merged;
        }

        ConfigurationException Wrong(string key, string message) => new($"task 'install': {message}", (config.ContainsKey(key) ? config.MarkOf(key) : job.ContainsKey(key) ? job.MarkOf(key) : null) ?? mark);
    }
}

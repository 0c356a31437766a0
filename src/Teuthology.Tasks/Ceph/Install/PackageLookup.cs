using System.Globalization;
using System.Net;
using System.Text.Json;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Asks a job's builder from the controller, before there are machines or before the job is queued; see <see cref="PackageBuilder"/> for who that is.</summary>
public sealed class PackageLookup : IPackageLookup
{
    // Without a machine upstream prefers these in this order.
    private static readonly string[] References = ["ref", "tag", "branch", "sha1"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async Task<PackageFinding?> FindAsync(YamlMap job, SiteConfig site, CancellationToken cancellationToken)
    {
        if (PackageBuilder.Read([], job, site.All, "ceph", job.Mark) is not { } builder)
            return null;
        PackageFinding? found = null;
        var poll = new Poll { Action = "wait for packages", Sleep = TimeSpan.FromSeconds(15), Tries = 10 };
        await poll.TryUntilAsync(
            async ct => (found = await FindAsync(job, builder, ct)).Version is not null || job.Get("wait_for_package") is not true,
            cancellationToken);
        return found;
    }

    /// <summary>The commit that a builder built last of a project's branch.</summary>
    /// <param name="project">The project: <c>kernel</c>.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="system">Operating system; null for CentOS.</param>
    /// <param name="version">Its version; null for the usual one.</param>
    /// <param name="site">The site's configuration, which names the builder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when nobody names a builder, or it has no such branch.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the builder does not answer.</exception>
    public static async Task<string?> CommitAsync(string project, string branch, string? system, string? version, SiteConfig site, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(site);
        var question = new YamlMap { ["os_type"] = system ?? "centos", ["branch"] = branch };
        if (version is not null)
            question["os_version"] = version;
        if (PackageBuilder.Read([], question, site.All, project, null) is not { } builder)
            return null;
        var target = new BuildTarget(project, "default", SystemOf(question), "x86_64");
        var reference = new BuildReference("branch", branch);
        using var http = new HttpClient { Timeout = Patience };
        if (builder.GitbuilderHost is { } host)
            return (await GetAsync(http, target.GitbuilderUrl(host, reference, builder.Template) + "/sha1", cancellationToken))?.Trim();
        var url = target.ShamanUrl(builder.ShamanEndpoint, reference, builder.Noarch);
        return await GetAsync(http, url, cancellationToken) is { } answer ? InFirst(answer, url, found => found.GetProperty("sha1")) : null;
    }

    private static async Task<PackageFinding> FindAsync(YamlMap job, PackageBuilder builder, CancellationToken cancellationToken)
    {
        var target = new BuildTarget("ceph", Text(job, "flavor") ?? "default", SystemOf(job), Text(job, "arch") ?? "x86_64");
        var key = References.First(k => job.Get(k) is not null);
        var reference = new BuildReference(key == "ref" ? "branch" : key, Text(job, key)!);
        using var http = new HttpClient { Timeout = Patience };
        if (builder.GitbuilderHost is { } host)
        {
            var directory = target.GitbuilderUrl(host, reference, builder.Template);
            return new PackageFinding(target.Dist, (await GetAsync(http, directory + "/version", cancellationToken))?.Trim().TrimStart('v'), directory);
        }

        if (reference.Kind == "tag")
            reference = new BuildReference("sha1", await CommitAsync(builder.GitUrl, reference.Value, cancellationToken));
        var url = target.ShamanUrl(builder.ShamanEndpoint, reference, builder.Noarch);
        return new PackageFinding(target.Distro, await GetAsync(http, url, cancellationToken) is { } answer ? VersionIn(answer, url) : null, url);
    }

    /// <exception cref="ConfigurationException">The version has no codename, or the distribution no version of its own.</exception>
    internal static OsFacts SystemOf(YamlMap job)
    {
        var name = Text(job, "os_type")!;
        var either = Text(job, "os_version") ?? Text(job, "codename") ?? OsVersions.DefaultOf(name) ?? throw new ConfigurationException($"'os_version' is missing: no version of '{name}' is the default", job.MarkOf("os_type"));
        try
        {
            var (version, codename) = OsVersions.Complete(name, either);
            return new OsFacts(name, version, codename);
        }
        catch (TeuthologyException e)
        {
            throw new ConfigurationException(e.Message, job.MarkOf("os_version") ?? job.MarkOf("os_type"), e);
        }
    }

    private static async Task<string?> GetAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the builder does not answer at {url}: {e.Message}", e);
        }
    }

    private static string? VersionIn(string answer, string url) => InFirst(answer, url, found => found.GetProperty("extra").GetProperty("package_manager_version"));

    private static string? InFirst(string answer, string url, Func<JsonElement, JsonElement> text)
    {
        try
        {
            using var found = JsonDocument.Parse(answer);
            return found.RootElement.GetArrayLength() == 0 ? null : text(found.RootElement[0]).GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{url} does not answer as a shaman does: {e.Message}", e);
        }
    }

    private static async Task<string> CommitAsync(string repository, string tag, CancellationToken cancellationToken)
    {
        var git = ToolRun.Find("git") ?? throw new TeuthologyException(FailureKind.Infrastructure, $"the tag '{tag}' is looked up by git, which is missing on the controller: apt-get install git");
        var lines = (await ToolRun.RunAsync(git, ["ls-remote", repository, tag + "^{}", tag], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.OrderByDescending(line => line.EndsWith("^{}", StringComparison.Ordinal)).Select(line => line.Split('\t')[0]).FirstOrDefault()
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"'{tag}' not found in repo: {repository}");
    }

    private static string? Text(YamlMap job, string key) => Convert.ToString(job.Get(key), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
}

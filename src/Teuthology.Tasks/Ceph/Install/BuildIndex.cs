using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Finds builds in a gitbuilder's, a shaman's or a Pulp's index. The machine that will install them asks: it must reach the builder in any case, the
/// controller need not. It does so with curl or wget.
/// </summary>
/// <param name="builder">Where to look.</param>
/// <param name="remote">The machine.</param>
/// <param name="log">Is told what was looked for and found.</param>
/// <param name="time">Clock of the waiting.</param>
internal sealed class BuildIndex(PackageBuilder builder, Remote remote, ILogger log, TimeProvider time)
{
    // A header comes by stdin: the command line is in the log and in the process table.
    private const string Get = """
        IFS= read -r header || :
        if command -v curl >/dev/null; then
            if [ -z "$header" ]; then exec curl -fsSL --max-time 60 -- "$1"; fi
            printf 'header = "%s"' "$header" | curl -fsSL --max-time 60 -K - -- "$1"
        else
            if [ -z "$header" ]; then exec wget -q -T 60 -O - -- "$1"; fi
            rc=$(mktemp) && trap 'rm -f "$rc"' EXIT && printf 'header = %s\n' "$header" >"$rc" && wget -q -T 60 -O - --config="$rc" -- "$1"
        fi
        """;

    /// <exception cref="TeuthologyException">Kind Infrastructure: there is no such build.</exception>
    public Task<PackageBuild> FindAsync(BuildTarget target, BuildReference reference, CancellationToken cancellationToken) => builder.GitbuilderHost is { } host
        ? AtGitbuilderAsync(host, target, reference, cancellationToken)
        : builder.Pulp is { } pulp ? AtPulpAsync(pulp, target, reference, cancellationToken)
        : AtShamanAsync(target, reference, cancellationToken);

    /// <summary>The commit that was built.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the index does not tell.</exception>
    public async Task<string> CommitOfAsync(PackageBuild build, CancellationToken cancellationToken) =>
        build.Commit ?? (await TextAsync($"{build.Url}/sha1", cancellationToken)).Trim();

    private async Task<PackageBuild> AtGitbuilderAsync(string host, BuildTarget target, BuildReference reference, CancellationToken cancellationToken)
    {
        var url = target.GitbuilderUrl(host, reference, builder.Template);
        var version = (await TextAsync($"{url}/version", cancellationToken)).Trim().TrimStart('v');
        CephLog.Note(log, $"{remote.ShortName}: {url} has {target.Project} {version}");
        return new PackageBuild(url, version, target.Os.PackageType == "deb" ? $"deb {url} {target.Os.Codename} main\n" : null)
        {
            Commit = reference.Kind == "sha1" ? reference.Value : null,
        };
    }

    private async Task<PackageBuild> AtShamanAsync(BuildTarget target, BuildReference reference, CancellationToken cancellationToken)
    {
        if (reference.Kind == "tag")
            reference = new BuildReference("sha1", await CommitAsync(reference.Value, cancellationToken));
        var url = target.ShamanUrl(builder.ShamanEndpoint, reference, builder.Noarch);
        var answer = await TextAsync(url, cancellationToken);
        try
        {
            using var found = JsonDocument.Parse(answer);
            if (found.RootElement.GetArrayLength() == 0)
                throw Missing(url);
            var first = found.RootElement[0];
            var version = first.GetProperty("extra").GetProperty("package_manager_version").GetString()!;
            var repository = new Uri(new Uri(first.GetProperty("chacra_url").GetString()!), "repo").ToString();
            CephLog.Note(log, $"{remote.ShortName}: {url} has {target.Project} {version}");
            return new PackageBuild(first.GetProperty("url").GetString()!, version, await TextAsync(repository, cancellationToken))
            {
                Commit = first.GetProperty("sha1").GetString(),
                SourceVersion = first.GetProperty("extra").TryGetProperty("version", out var source) ? source.GetString()! : version,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or UriFormatException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{url} does not answer as a shaman does: {e.Message}", e);
        }
    }

    private async Task<PackageBuild> AtPulpAsync(PulpAccount pulp, BuildTarget target, BuildReference reference, CancellationToken cancellationToken)
    {
        var url = pulp.SearchUrl(target, reference);
        var answer = await TextAsync(url, cancellationToken);
        try
        {
            var build = pulp.Newest(target, answer) ?? throw Missing(url);
            CephLog.Note(log, $"{remote.ShortName}: {build.Url} has {target.Project} {build.Version}");
            return build;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or UriFormatException)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{url} does not answer as a Pulp does: {e.Message}", e);
        }
    }

    private async Task<string> TextAsync(string url, CancellationToken cancellationToken)
    {
        string? text = null;
        var header = Encoding.UTF8.GetBytes(builder.Pulp is { } pulp ? $"Authorization: {pulp.Authorization}\n" : "\n");
        var poll = new Poll { Action = $"wait for {url}", Sleep = TimeSpan.FromSeconds(15), Tries = 10, Time = time };
        await poll.TryUntilAsync(
            async ct =>
            {
                var result = await remote.RunAsync(RemoteCommand.Args("sh", "-c", Get, "sh", url) with { CheckStatus = false, Quiet = true, Label = "ask the builder", Stdin = header }, ct);
                text = result.ExitStatus == 0 ? result.Stdout : null;
                return text is not null || !builder.Wait;
            },
            cancellationToken);
        return text ?? throw Missing(url);
    }

    // A release's tag is an object of its own: the commit is behind it. Releases are looked for beside the repository of branches, too.
    private async Task<string> CommitAsync(string tag, CancellationToken cancellationToken)
    {
        foreach (var url in new[] { builder.GitUrl, builder.GitUrl.Replace("ceph-ci", "ceph", StringComparison.Ordinal) }.Distinct(StringComparer.Ordinal))
        {
            var result = await remote.RunAsync(RemoteCommand.Args("git", "ls-remote", url, tag + "^{}", tag) with { CheckStatus = false, Label = "look up the tag" }, cancellationToken);
            var lines = result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderByDescending(l => l.EndsWith("^{}", StringComparison.Ordinal));
            if (lines.Select(l => l.Split('\t')[0]).FirstOrDefault() is { } commit)
                return commit;
        }

        throw new TeuthologyException(FailureKind.Infrastructure, $"'{tag}' not found in repo: {builder.GitUrl}");
    }

    private TeuthologyException Missing(string url) => new(FailureKind.Infrastructure, $"Failed to fetch package version from {url} (asked by {remote.ShortName})");
}

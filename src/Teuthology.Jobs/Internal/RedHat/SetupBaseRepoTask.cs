using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.setup_base_repo</c>: repositories of a downstream build: those composes that are there, for rpm; a repository with its keys in place of
/// the machine's own, for deb. As before at the end.
/// </summary>
internal sealed class SetupBaseRepoTask(RedHatSection section) : IJobTask
{
    // Red Hat's own, by which its Debian packages are signed.
    private static readonly string[] Keys = ["https://www.redhat.com/security/897da07a.txt", "https://www.redhat.com/security/f21541eb.txt"];
    private static readonly string[] DebNames = ["MON", "OSD", "Tools"];

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (section.CdnRepositories is not null)
        {
            JobLog.Note(run.Log, "CDN repo already set, skipping rh repo");
            return;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var (ceph, installer) = (await ComposesAsync(run, http, section.BaseUrl, section.BaseNames, cancellationToken), await ComposesAsync(run, http, section.InstallerUrl, section.InstallerNames, cancellationToken));
        await run.OnEachAsync(os => os.PackageType == "rpm", (remote, os, ct) => RpmAsync(run, remote, os, ceph, installer, ct), cancellationToken);
        if (section.DebUrl is { } deb)
            await run.OnEachAsync(os => os.PackageType == "deb", (remote, _, ct) => DebAsync(run, remote, deb, ct), cancellationToken);
    }

    private static async Task<string> ComposesAsync(TaskRun run, HttpClient http, string? url, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var file = "";
        foreach (var name in url is null ? [] : names)
        {
            var address = $"{url!.TrimEnd('/')}/compose/{name}/x86_64/os/";
            JobLog.Note(run.Log, $"Checking {address}");
            try
            {
                using var answer = await http.GetAsync(address, cancellationToken);
                if (!answer.IsSuccessStatusCode)
                    continue;
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new TeuthologyException(FailureKind.Infrastructure, $"redhat: {address} cannot be looked at: {e.Message}", e);
            }

            JobLog.Note(run.Log, $"Using {address}");
            file += $"[ceph-{name}]\nname=ceph-{name}\nbaseurl={address}\ngpgcheck=0\nenabled=1\n\n";
        }

        return url is null || file.Length > 0 ? file : throw new TeuthologyException(FailureKind.Infrastructure, $"redhat: {url} has none of the composes {string.Join(", ", names)}");
    }

    private async Task RpmAsync(TaskRun run, Remote remote, OsFacts os, string ceph, string installer, CancellationToken cancellationToken)
    {
        run.Defer($"clean up the repositories of {remote.ShortName}", (_, ct) => remote.RootAsync("remove repositories", "rm -f /etc/yum.repos.d/rh*.repo\n", ct));
        var script = "rm -f /etc/yum.repos.d/rh*\nyum clean metadata\n";
        if (!section.SkipSubscriptionManager)
            script += "subscription-manager repos '--disable=*ceph*' || :\n";
        foreach (var (name, text) in new[] { ("rh_ceph", ceph), ("rh_inst", installer) })
        {
            if (text.Length > 0)
                script += $"printf %s {ShellQuote.Quote(text)} >/etc/yum.repos.d/{name}.repo\n";
        }

        await remote.RootAsync("set repositories", script + "yum clean metadata\n" + (os.Version.StartsWith('8') ? "" : "yum makecache\n"), cancellationToken);
    }

    private Task DebAsync(TaskRun run, Remote remote, string url, CancellationToken cancellationToken)
    {
        const string sources = "/etc/apt/sources.list.d";
        run.Defer($"bring back the sources of {remote.ShortName}", (_, ct) => remote.RootAsync("bring sources back", $"rm -f /etc/apt/trusted.gpg.d/redhat-*.asc\nif [ -d {sources}.teuthology ]; then rm -rf {sources}; mv {sources}.teuthology {sources}; apt-get update; fi\n", ct));
        var script = $"mv {sources} {sources}.teuthology\nmkdir {sources}\nname=$(. /etc/os-release; echo \"$VERSION_CODENAME\")\n";
        foreach (var name in DebNames)
            script += $"echo deb {ShellQuote.Quote($"{url}/{name}")} \"$name\" main >{sources}/{name}.list\n";
        var keys = section.DebKey is { } own ? [.. Keys, own] : Keys;
        for (var i = 0; i < keys.Length; i++)
            script += $"wget -q -O /etc/apt/trusted.gpg.d/redhat-{i}.asc {ShellQuote.Quote(keys[i])}\n";
        return remote.RootAsync("set repositories", script + "apt-get update\n", cancellationToken);
    }
}

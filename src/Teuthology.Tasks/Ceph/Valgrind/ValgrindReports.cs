using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Directories for valgrind's and the profiler's files, and at the job's end whether valgrind found anything.</summary>
internal static class ValgrindReports
{
    // Leaks of metadata servers are known and pass
    private const string Scan = "zgrep '<kind>' /var/log/ceph/valgrind/* /dev/null 2>/dev/null | sort -u | grep -v -e 'mds.*Lost' || true";

    public static async Task PrepareAsync(TaskRun run, ValgrindOptions options, CephLayout layout, CancellationToken cancellationToken)
    {
        await InParallel.ForEachAsync(
            layout.Hosts,
            (remote, ct) => remote.RunAsync(RemoteCommand.Args("install", "-d", "-m0777", "--", "/var/log/ceph/valgrind", "/var/log/ceph/profiling-logger") with { Sudo = true }, ct),
            cancellationToken);
        if (options.Arguments.Count == 0)
            return;
        var hosts = layout.Resolve(null).Where(d => options.For(d.Type, d.Role) is not null).Select(d => d.Remote).Distinct().ToList();
        foreach (var remote in hosts)
        {
            if ((await remote.RunAsync(RemoteCommand.Script("command -v valgrind") with { CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus != 0)
                throw run.Wrong($"'valgrind': {remote.ShortName} has no valgrind; add it by install: {{extra_system_packages: [valgrind]}}", "valgrind");
        }

        run.Defer("look at valgrind's reports", async (_, ct) =>
        {
            var found = new List<string>();
            foreach (var remote in layout.Hosts)
                found.AddRange((await remote.RunAsync(RemoteCommand.Script(Scan) with { Sudo = true, Label = "valgrind reports" }, ct)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"{remote.ShortName}: {l}"));
            if (found.Count > 0 && !options.ErrorsExpected)
                throw new TeuthologyException(FailureKind.Product, $"saw valgrind issues: {string.Join("; ", found.Take(5))}");
            if (found.Count == 0 && options.ErrorsExpected)
                throw new TeuthologyException(FailureKind.Product, "expected valgrind issues, and there are none");
        });
    }
}

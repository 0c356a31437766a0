using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Has the helpers <c>daemon-helper</c>, <c>adjust-ulimits</c>, <c>stdin-killer</c> and <c>ceph-coverage</c> in /usr/bin and the suites' <c>valgrind.supp</c> in the
/// test directory of every machine: once per job, by the first task that asks, and until that unwinds.
/// </summary>
internal sealed class ShippedTools
{
    private int _asked;

    public static async Task ShipAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref run.Job.Shared<ShippedTools>()._asked, 1) != 0)
        {
            CephLog.Note(run.Log, "Utilities already shipped, skip it...");
            return;
        }

        var suppressions = $"{run.Job.TestDirectory}/valgrind.supp";
        run.Defer("remove helpers", (_, ct) => InParallel.ForEachAsync(
            run.Job.Cluster.Remotes, (remote, token) => InstallTask.RootAsync(remote, "remove helpers", $"{NodeTools.RemoveScript()}rm -f -- {ShellQuote.Quote(suppressions)}\n", token), ct));
        var local = SuiteFile.Find(run.Job, "valgrind.supp");
        if (local is null)
            CephLog.Note(run.Log, "the suites have no valgrind.supp to ship");
        await InParallel.ForEachAsync(
            run.Job.Cluster.Remotes,
            async (remote, ct) =>
            {
                await InstallTask.RootAsync(remote, "ship helpers", NodeTools.ShipScript(), ct);
                if (local is not null)
                    await remote.WriteFileAsync(suppressions, await File.ReadAllBytesAsync(local, ct), new RemoteFileOptions { Sudo = true, Mode = "644" }, ct);
            },
            cancellationToken);
    }
}

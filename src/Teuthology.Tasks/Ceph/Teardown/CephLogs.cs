using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Has the daemons' logs and crash reports go into the job's archive, the logs compressed.</summary>
internal static class CephLogs
{
    private const string Compress = "find /var/log/ceph -name '*.log' -type f -size +0 -print0 | xargs -0 --no-run-if-empty -n 32 gzip -1 -f --; find /var/log/ceph -type f -size 0 -delete";

    /// <summary>Clears what an earlier job left, and asks for the archiving. To be done before the first cluster of a job.</summary>
    public static async Task StartAsync(TaskRun run, IReadOnlyList<Remote> hosts, CancellationToken cancellationToken)
    {
        run.Job.AddRemoteLog("log", "/var/log/ceph");
        run.Job.AddRemoteLog("crash", "/var/lib/ceph/crash");
        run.Defer("compress logs", (_, ct) => InParallel.ForEachAsync(
            hosts,
            (remote, token) => remote.RunAsync(RemoteCommand.Args("sh", "-c", Compress) with { Sudo = true, Label = "compress logs" }, token),
            ct));
        await InParallel.ForEachAsync(
            hosts,
            (remote, token) => remote.RunAsync(
                RemoteCommand.Args("sh", "-c", "install -d -m0777 /var/log/ceph && find /var/log/ceph /var/lib/ceph/crash -mindepth 1 -delete") with { Sudo = true, CheckStatus = false, Label = "clear logs" },
                token),
            cancellationToken);
    }
}

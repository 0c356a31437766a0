using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary><c>ceph-objectstore-tool</c> on the store of an OSD that does not run.</summary>
public static class ObjectstoreTool
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs it, whatever its status; while somebody still has the store locked it is tried again, for 10 minutes.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="osd">The OSD.</param>
    /// <param name="words">Options and command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<CommandResult> TryAsync(CephCluster cluster, CephDaemon osd, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var start = cluster.Job.Time.GetTimestamp();
        while (true)
        {
            var result = await osd.Remote.RunAsync(
                RemoteCommand.Args(["adjust-ulimits", "ceph-objectstore-tool", "--no-mon-config", "--log-file=/var/log/ceph/objectstore_tool.$pid.log", "--data-path", osd.DataDirectory, .. words])
                    with { Sudo = true, CheckStatus = false, Label = $"ceph-objectstore-tool of {osd.Role}" },
                cancellationToken);
            if (result.ExitStatus == 0 || !result.Stderr.Contains("OSD has the store locked", StringComparison.Ordinal) || cluster.Job.Time.GetElapsedTime(start) > Patience)
                return result;
            await Task.Delay(Pause, cluster.Job.Time, cancellationToken);
        }
    }

    /// <summary>Runs it; it must succeed.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="osd">The OSD.</param>
    /// <param name="words">Options and command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="TeuthologyException">It failed.</exception>
    public static async Task<string> RunAsync(CephCluster cluster, CephDaemon osd, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var result = await TryAsync(cluster, osd, words, cancellationToken);
        return result.ExitStatus == 0
            ? result.Stdout
            : throw new TeuthologyException(FailureKind.Product, $"ceph-objectstore-tool {string.Join(' ', words)} of {osd.Role} on {osd.Remote.ShortName} ended with status {result.ExitStatus}: {result.Stderr.Trim()}");
    }

    /// <summary>The placement groups in a store.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="osd">The OSD.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">The tool failed.</exception>
    public static async Task<IReadOnlyList<string>> PgsAsync(CephCluster cluster, CephDaemon osd, CancellationToken cancellationToken) =>
        (await RunAsync(cluster, osd, ["--op", "list-pgs"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

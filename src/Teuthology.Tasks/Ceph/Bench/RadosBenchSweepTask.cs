using System.Globalization;
using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>radosbenchsweep</c>: measures writes for every number of OSDs, size of writes and number of copies, and notes them in a table of the job's archive, line by line. OSDs are taken out, the
/// first ones first, and all are in again afterwards.
/// </summary>
[Task("radosbenchsweep")]
public sealed class RadosBenchSweepTask : JobTask<RadosBenchSweepOptions>, ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<RadosBenchSweepOptions>(out var options) && options.Clients is [var client])
            _ = RoleCommands.Machine(run, "clients", client);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, RadosBenchSweepOptions options, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(options.Cluster);
        var osds = cluster.Layout.Osds;
        var (least, most) = (options.MinNumOsds ?? osds.Count, options.MaxNumOsds ?? osds.Count);
        if (least < 1 || least > most || most > osds.Count)
            throw run.Wrong($"'min_num_osds' and 'max_num_osds' must be a range within 1 to {osds.Count}, the cluster's OSDs, and are {least} to {most}", "min_num_osds");
        if (options.MaxNumReplicas > most)
            throw run.Wrong($"'max_num_replicas' must not be more than the {most} OSDs", "max_num_replicas");

        var table = new StringBuilder(string.Join(',', options.Columns)).Append('\n');
        await NoteAsync(run, options, table, cancellationToken);
        for (var count = osds.Count; count >= least; count--)
        {
            if (count < osds.Count)
            {
                await cluster.MarkAsync("out", osds[osds.Count - count - 1], cancellationToken);
                await cluster.Health.WorkingAsync(cancellationToken);
            }

            if (count > most)
                continue;
            foreach (var size in options.Size)
            {
                foreach (var copies in Enumerable.Range(options.MinNumReplicas, options.MaxNumReplicas - options.MinNumReplicas + 1).Where(c => c <= count))
                {
                    for (var repetition = 0; repetition < options.Repetitions; repetition++)
                    {
                        var summary = await MeasureAsync(run, cluster, options, size, copies, cancellationToken);
                        table.Append(Row(options, repetition, count, copies, size, summary)).Append('\n');
                        CephLog.Note(run.Log, $"radosbenchsweep: {count} OSDs, {size} bytes, {copies} copies: {summary.Throughput} MB/s");
                        await NoteAsync(run, options, table, cancellationToken);
                    }
                }
            }
        }

        foreach (var osd in osds)
            await cluster.MarkAsync("in", osd, cancellationToken);
        await cluster.Health.WorkingAsync(cancellationToken);
    }

    private static async Task<RadosBenchSummary> MeasureAsync(TaskRun run, CephCluster cluster, RadosBenchSweepOptions options, long size, int copies, CancellationToken cancellationToken)
    {
        var role = options.Clients[0];
        var remote = RoleCommands.Machine(run, "clients", role);
        var pool = await cluster.Pools.CreateAsync(null, 8, cancellationToken);
        if (copies == 1)
            await cluster.CephAsync(["osd", "pool", "set", pool, "size", "1", "--yes-i-really-mean-it"], cancellationToken);
        else
            await cluster.Pools.SetAsync(pool, "size", $"{copies}", cancellationToken);
        await cluster.Health.WorkingAsync(cancellationToken);
        var result = await remote.RunAsync(
            cluster.Program(remote, ["rados", "--no-log-to-stderr", "--cluster", cluster.Name, "--name", Role.Split(role).Daemon, "-b", $"{size}", "-p", pool, "bench", $"{options.Time}", "write", "--no-cleanup"]) with { Label = $"rados bench of {role}" },
            cancellationToken);
        await cluster.Pools.RemoveAsync(pool, cancellationToken);
        return RadosBenchSummary.Read(result.Stdout);
    }

    private static string Row(RadosBenchSweepOptions options, int repetition, int osds, int copies, long size, RadosBenchSummary summary) => string.Join(',', options.Columns.Select(column => column switch
    {
        "rep" => $"{repetition}",
        "num_osd" => $"{osds}",
        "num_replica" => $"{copies}",
        "size" => $"{size}",
        "avg_throughput" => Figure(summary.Throughput),
        "avg_latency" => Figure(summary.Latency),
        "stdev_throughput" => Figure(summary.ThroughputDeviation),
        _ => Figure(summary.LatencyDeviation),
    }));

    private static string Figure(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static Task NoteAsync(TaskRun run, RadosBenchSweepOptions options, StringBuilder table, CancellationToken cancellationToken) =>
        run.Job.ArchivePath is { } archive ? File.WriteAllTextAsync(Path.Combine(archive, options.File), table.ToString(), cancellationToken) : Task.CompletedTask;
}

using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>divergent_priors</c>, <c>divergent_priors2</c>: a primary has writes and removals that no other OSD kept; the others go on without it. When it is back it must take its
/// own back and still give every object. The second one moves its copy out of the store and in again meanwhile.
/// </summary>
[Task("divergent_priors")]
[Task("divergent_priors2")]
public sealed class DivergentPriorsTask : ClusterTask
{
    private const string Pool = "foo";
    private static readonly string[] Flags = ["noout", "noin", "nodown"];
    private static readonly (string Option, string Value)[] Log = [("osd_min_pg_log_entries", "10"), ("osd_max_pg_log_entries", "10"), ("osd_pg_log_trim_min", "5")];

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        var osds = Osds(run, cluster, 3);
        await CleanAsync(cluster, cancellationToken);
        foreach (var flag in Flags)
            await cluster.FlagAsync(flag, on: true, cancellationToken);
        foreach (var osd in osds)
        {
            foreach (var (option, value) in Log)
                await osd.SetAsync(option, value, cancellationToken);
        }

        await cluster.Pools.CreateAsync(Pool, 1, cancellationToken);
        await cluster.Pools.SetAsync(Pool, "min_size", "1", cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        var pg = (await cluster.Pools.PgsAsync(Pool, cancellationToken)).Single();
        var divergent = cluster.Osd(pg.Acting[0]);
        var others = osds.Where(o => o != divergent).ToList();
        CephLog.Note(run.Log, $"{run.Name}: {divergent.Role} will be divergent in {pg.Id}");
        await cluster.EachObjectAsync(Pool, Names(0, 100), "put $NAME /etc/group", cancellationToken);

        foreach (var osd in others)
            await osd.SetAsync("objectstore_blackhole", "true", cancellationToken);
        await WriteInVainAsync(cluster, cancellationToken);
        foreach (var osd in osds)
            await cluster.KillAsync(osd, cancellationToken);
        foreach (var osd in osds)
            await cluster.MarkAsync("down", osd, cancellationToken);

        foreach (var osd in others)
            await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.UntilAsync("the others up", s => s.OsdsUp == others.Count, TimeSpan.FromSeconds(300), cancellationToken);
        await cluster.EachObjectAsync(Pool, Names(10, 1), "put $NAME /etc/passwd", cancellationToken);
        foreach (var osd in others)
            await osd.SetAsync("osd_recovery_delay_start", "100000", cancellationToken);

        await BackAsync(run, cluster, divergent, pg.Id, cancellationToken);
        foreach (var name in Names(0, 10))
        {
            if ((await cluster.TryRadosAsync(["-p", Pool, "get", name, "/dev/null"], cancellationToken)).ExitStatus != 0)
                throw Failed($"{name} cannot be read although its writes were never confirmed");
        }

        foreach (var osd in others)
            await osd.SetAsync("osd_recovery_delay_start", "0", cancellationToken);
        foreach (var flag in Flags)
            await cluster.FlagAsync(flag, on: false, cancellationToken);
        await cluster.KickRecoveryAsync(others, cancellationToken);
        await CleanAsync(cluster, cancellationToken);
        await cluster.Pools.RemoveAsync(Pool, cancellationToken);
    }

    private static IEnumerable<string> Names(int first, int count) => Enumerable.Range(first, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"existing_{n}"));

    /// <summary>Five writes and five removals that reach the primary only, and are never answered.</summary>
    private static async Task WriteInVainAsync(CephCluster cluster, CancellationToken cancellationToken)
    {
        var started = new List<RemoteProcess>();
        foreach (var words in Names(0, 5).Select(n => new[] { "put", n, "/etc/passwd" }).Concat(Names(5, 5).Select(n => new[] { "rm", n })))
        {
            started.Add(await cluster.Layout.FirstMon.StartAsync(
                cluster.Program(cluster.Layout.FirstMon, ["rados", "--cluster", cluster.Name, "-p", Pool, .. words]) with { CheckStatus = false }, cancellationToken));
        }

        await PauseAsync(cluster, 10, cancellationToken);
        foreach (var process in started)
            await process.DisposeAsync();
    }

    private static async Task BackAsync(TaskRun run, CephCluster cluster, CephDaemon divergent, string pg, CancellationToken cancellationToken)
    {
        if (run.Name.EndsWith('2'))
        {
            var file = $"/tmp/{pg}.export";
            await ObjectstoreTool.RunAsync(cluster, divergent, ["--op", "export-remove", "--pgid", pg, "--file", file], cancellationToken);
            await ObjectstoreTool.RunAsync(cluster, divergent, ["--op", "import", "--file", file], cancellationToken);
            await divergent.Remote.RunAsync(RemoteCommand.Args("rm", "-f", file) with { Sudo = true }, cancellationToken);
        }

        await cluster.ReviveAsync(divergent, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveAsync(Patience, cancellationToken);
    }
}

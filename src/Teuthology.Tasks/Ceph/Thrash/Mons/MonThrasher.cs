using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>Stops some monitors, freezes others, waits for the quorum that is left, and starts them again.</summary>
internal sealed class MonThrasher(CephCluster cluster, MonThrashOptions options, ILogger log) : Thrasher($"mon_thrash {cluster.Name}", options.Seed, log, cluster)
{
    private static readonly TimeSpan QuorumLimit = TimeSpan.FromSeconds(300);
    private readonly List<CephDaemon> _stopped = [];
    private readonly List<CephDaemon> _frozen = [];
    private HashSet<string> _servers = [];

    private IReadOnlyList<CephDaemon> Mons => Cluster.Layout.Mons;

    /// <summary>How many monitors may be away at once.</summary>
    private int Most => options.MaintainQuorum ? ((Mons.Count + 1) / 2) - 1 : Mons.Count;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Cluster.Health.CleanAsync(cancellationToken);
        _servers = await ServersAsync(cancellationToken);
    }

    protected override async Task ThrashAsync(CancellationToken cancellationToken)
    {
        var rounds = 0;
        while (!Stopping)
        {
            await InQuorumAsync(Mons, cancellationToken);
            await RoundAsync(cancellationToken);
            rounds++;
            if (!Stopping && options.ThrashDelay > TimeSpan.Zero)
                await PauseAsync(options.ThrashDelay);
        }

        Say($"did {rounds} rounds");
        if (options.CheckMdsFailover && !(await ServersAsync(cancellationToken)).SetEquals(_servers))
            throw new TeuthologyException(FailureKind.Product, "metadata servers failed over while monitors were thrashed");
    }

    protected override async Task MendAsync(CancellationToken cancellationToken)
    {
        await ThawAsync(cancellationToken);
        foreach (var mon in _stopped.ToList())
            await ReviveAsync(mon, cancellationToken);
        await QuorumAsync(Mons.Count, cancellationToken);
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var victims = Mons.OrderBy(_ => Random.Next()).Take(Random.Next(1, Most + 1)).ToList();
        var frozen = Mons.Except(victims).Where(_ => Random.Next(100) < options.FreezeProbability).ToList();
        Say($"stopping {Text(victims)}" + (frozen.Count == 0 ? "" : $", freezing {Text(frozen)}"));
        await FreezeAsync(frozen, cancellationToken);
        foreach (var mon in victims)
        {
            if (options.StoreThrash && Random.Next(100) < options.StoreThrashProbability)
                await LoseStoreAsync(mon, cancellationToken);
            await Cluster.KillAsync(mon, cancellationToken);
            _stopped.Add(mon);
        }

        if (frozen.Count > 0)
        {
            await PauseAsync(options.FreezeDuration);
            await ThawAsync(cancellationToken);
        }

        if (Mons.Count - victims.Count > Mons.Count / 2)
            await InQuorumAsync([.. Mons.Except(victims)], cancellationToken);
        await PauseAsync(options.ReviveDelay);

        foreach (var mon in victims)
            await ReviveAsync(mon, cancellationToken);
        await FreezeAsync(frozen, cancellationToken);
        if (frozen.Count > 0)
        {
            await PauseAsync(options.FreezeDuration);
            await ThawAsync(cancellationToken);
        }

        await InQuorumAsync(Mons, cancellationToken);
        if (options.Scrub)
            await Cluster.TryCephAsync(["mon", "scrub"], cancellationToken);
    }

    private async Task ReviveAsync(CephDaemon mon, CancellationToken cancellationToken)
    {
        Say($"reviving {mon.Role}");
        await Cluster.ReviveAsync(mon, null, cancellationToken);
        _stopped.Remove(mon);
    }

    private async Task FreezeAsync(IReadOnlyList<CephDaemon> mons, CancellationToken cancellationToken)
    {
        foreach (var mon in mons)
        {
            _frozen.Add(mon);
            await Cluster.FreezeAsync(mon, cancellationToken);
        }
    }

    private async Task ThawAsync(CancellationToken cancellationToken)
    {
        foreach (var mon in _frozen.ToList())
        {
            await Cluster.ThawAsync(mon, cancellationToken);
            _frozen.Remove(mon);
        }
    }

    private async Task LoseStoreAsync(CephDaemon mon, CancellationToken cancellationToken)
    {
        Say($"having {mon.Role} get its store anew");
        var answer = await Cluster.CephJsonAsync(["tell", mon.Name, "sync_force", "--yes-i-really-mean-it"], cancellationToken);
        if ((int?)answer["ret"] is not 0)
            throw new TeuthologyException(FailureKind.Product, $"{mon.Role}: sync_force: {answer.ToJsonString()}");
    }

    private Task QuorumAsync(int count, CancellationToken cancellationToken) =>
        Cluster.Health.UntilAsync($"a quorum of {count}", s => s.Quorum == count, QuorumLimit, cancellationToken);

    private async Task InQuorumAsync(IReadOnlyList<CephDaemon> mons, CancellationToken cancellationToken)
    {
        await QuorumAsync(mons.Count, cancellationToken);
        foreach (var mon in mons)
        {
            // Elections may go on for a moment
            await new Orchestra.Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = QuorumLimit, Time = Time, Action = $"{mon.Role} leader or peon" }.UntilAsync(
                async ct => (string?)(await mon.SocketAsync("mon_status", null, ct))["state"] is "leader" or "peon", cancellationToken);
        }
    }

    private async Task<HashSet<string>> ServersAsync(CancellationToken cancellationToken)
    {
        var dump = await Cluster.Commands.JsonAsync("fs dump", cancellationToken);
        return [.. (dump["filesystems"] as JsonArray ?? []).SelectMany(f => f!["mdsmap"]!["info"] as JsonObject ?? []).Where(i => (int)i.Value!["rank"]! >= 0).Select(i => $"{i.Value!["rank"]}:{i.Key}")];
    }

    private static string Text(IEnumerable<CephDaemon> mons) => string.Join(' ', mons.Select(m => m.Role));
}

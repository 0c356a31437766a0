using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Stops metadata servers of one file system, waits until others have taken their ranks, and starts them again.</summary>
internal sealed class MdsThrasher(CephCluster cluster, string fileSystem, MdsThrashOptions options, ILogger log)
    : Thrasher($"mds_thrash {fileSystem}", options.Seed, log, cluster)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly List<CephDaemon> _stopped = [];
    private int _initial = 1;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await UntilAsync("all servers active or standing by", m => m.Servers.All(s => s.State is "up:active" or "up:standby" or "up:standby-replay"), cancellationToken);
        await Cluster.Health.CleanAsync(cancellationToken);
        _initial = (await MdsMap.ReadAsync(Cluster, fileSystem, cancellationToken))?.MaxMds ?? 1;
    }

    protected override async Task ThrashAsync(CancellationToken cancellationToken)
    {
        var kills = 0;
        while (await PauseAsync(Within(options.ThrashDelay)))
        {
            if (await MdsMap.ReadAsync(Cluster, fileSystem, cancellationToken) is not { } map)
            {
                Say("the file system is gone");
                return;
            }

            if (Chance(options.MaxMds))
                await ChangeMaxAsync(map, cancellationToken);
            foreach (var victim in Victims(map))
            {
                await ThrashOneAsync(victim, cancellationToken);
                kills++;
                if (Stopping)
                    break;
            }
        }

        Say($"killed {kills} servers");
    }

    protected override async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _stopped.ToList())
            await ReviveAsync(server, cancellationToken);
        if (await MdsMap.ReadAsync(Cluster, fileSystem, cancellationToken) is null)
            return;
        if (_initial != (await MdsMap.ReadAsync(Cluster, fileSystem, cancellationToken))!.MaxMds)
            await SetMaxAsync(_initial, cancellationToken);
        await UntilAsync("as many active servers as max_mds", m => m.Active >= m.MaxMds && m.Failed.Count == 0, cancellationToken);
    }

    private async Task ThrashOneAsync(MdsMap.Server victim, CancellationToken cancellationToken)
    {
        var daemon = Cluster.Layout.OfType("mds").Single(d => d.DaemonId == victim.Name);
        Say($"killing {daemon.Role} (rank {victim.Rank})");
        await Cluster.KillAsync(daemon, cancellationToken);
        _stopped.Add(daemon);
        await UntilAsync($"{daemon.Role} laggy, failed or gone", m => m.Failed.Contains(victim.Rank) || m.Servers.All(s => s.Gid != victim.Gid || s.Laggy), cancellationToken);
        await UntilAsync(
            $"rank {victim.Rank} served again",
            m => m.Servers.Any(s => s.Rank == victim.Rank && s.Gid != victim.Gid && s.State == "up:active") || m.Active >= m.MaxMds,
            cancellationToken);
        await PauseAsync(Within(options.MaxReviveDelay));
        await ReviveAsync(daemon, cancellationToken);
    }

    private async Task ReviveAsync(CephDaemon daemon, CancellationToken cancellationToken)
    {
        Say($"reviving {daemon.Role}");
        await Cluster.ReviveAsync(daemon, null, cancellationToken);
        _stopped.Remove(daemon);
        await UntilAsync($"{daemon.Role} active or standing by", m => m.Standby.Contains(daemon.DaemonId) || m.Servers.Any(s => s.Name == daemon.DaemonId && s.State is "up:active" or "up:standby-replay"), cancellationToken);
    }

    private List<MdsMap.Server> Victims(MdsMap map)
    {
        if (!options.WhileStopping && map.Servers.Any(s => s.State == "up:stopping"))
            return [];
        return [.. map.Servers.Where(s => s.State == "up:active").OrderBy(_ => Random.Next()).Where(Taken).Take(options.MaxThrash)];
    }

    private bool Taken(MdsMap.Server server) =>
        options.Weights.Count == 0 || Chance(options.Weights.GetValueOrDefault(Cluster.Layout.OfType("mds").Single(d => d.DaemonId == server.Name).Role));

    private async Task ChangeMaxAsync(MdsMap map, CancellationToken cancellationToken)
    {
        var others = Enumerable.Range(1, _initial).Where(n => n != map.MaxMds).ToList();
        if (others.Count > 0)
            await SetMaxAsync(Pick(others), cancellationToken);
    }

    private async Task SetMaxAsync(int count, CancellationToken cancellationToken)
    {
        Say($"setting max_mds to {count}");
        await Cluster.CephAsync(["fs", "set", fileSystem, "max_mds", $"{count}"], cancellationToken);
        await UntilAsync($"{count} active servers", m => m.Active == count && m.Servers.All(s => s.State == "up:active"), cancellationToken);
    }

    private TimeSpan Within(TimeSpan most) => options.Randomize ? most * Random.NextDouble() : most;

    private Task UntilAsync(string what, Func<MdsMap, bool> reached, CancellationToken cancellationToken) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = Limit, Time = Time, Action = $"file system {fileSystem}: {what}" }.UntilAsync(
            async ct =>
            {
                await Cluster.Processes.CheckAliveAsync(Cluster.Layout.OfType("mds"));
                return await MdsMap.ReadAsync(Cluster, fileSystem, ct) is not { } map || reached(map);
            },
            cancellationToken);
}

using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Ends mirroring daemons of one cluster by SIGTERM, and starts them again. One that does not end within ten minutes is a failure.</summary>
internal sealed class MirrorThrasher(CephCluster cluster, IReadOnlyList<RemoteDaemon> daemons, MirrorThrashOptions options, ILogger log)
    : Thrasher($"rbd-mirror-thrash {cluster.Name}", options.Seed, log, cluster)
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(600);
    private const int Abort = 6;
    private const int Term = 15;
    private readonly List<RemoteDaemon> _ended = [];
    private int _kills;

    /// <inheritdoc/>
    public override Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ThrashAsync(CancellationToken cancellationToken)
    {
        while (await PauseAsync(options.Randomize ? options.MinDelay + ((options.MaxDelay - options.MinDelay) * Random.NextDouble()) : options.MaxDelay))
        {
            foreach (var daemon in daemons.Where(_ => Chance(1.0 / daemons.Count)).Take(options.MaxThrash).ToList())
                await EndAsync(daemon, cancellationToken);
            if (_ended.Count == 0)
                continue;
            await PauseAsync(options.Randomize ? options.MaxReviveDelay * Random.NextDouble() : options.MaxReviveDelay);
            await ReviveAsync(cancellationToken);
        }
    }

    protected override async Task MendAsync(CancellationToken cancellationToken)
    {
        await ReviveAsync(cancellationToken);
        Say($"ended {_kills} daemons");
    }

    private async Task EndAsync(RemoteDaemon daemon, CancellationToken cancellationToken)
    {
        Say($"ending {daemon.Role}");
        await daemon.SignalAsync(Term, cancellationToken);
        try
        {
            await daemon.WaitAsync(EndLimit, cancellationToken);
        }
        catch (CommandFailedException)
        {
            Say($"{daemon.Role} ended with {daemon.LastResult?.ExitStatus}"); // it was told to end: how does not matter
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Timeout)
        {
            await daemon.SignalAsync(Abort, cancellationToken); // for a core that tells what it hangs in
            throw new TeuthologyException(FailureKind.Product, $"{daemon.Role} on {daemon.Remote.ShortName} did not end within {EndLimit.TotalSeconds:0} s of SIGTERM", e);
        }

        _ended.Add(daemon);
        _kills++;
    }

    private async Task ReviveAsync(CancellationToken cancellationToken)
    {
        foreach (var daemon in _ended.ToList())
        {
            Say($"starting {daemon.Role}");
            await daemon.StartAsync(cancellationToken);
            _ended.Remove(daemon);
        }
    }
}

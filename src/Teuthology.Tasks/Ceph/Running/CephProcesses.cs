using System.Collections.Concurrent;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Starts and stops the daemons of a cluster. They run in the foreground of an SSH channel; stopping is KILL, as upstream:
/// a store must survive that at any time. Where the job collects coverage it is TERM, also as upstream: only a program that ends by itself writes its counts.</summary>
/// <param name="job">The job.</param>
public sealed class CephProcesses(JobContext job)
{
    /// <summary>Words that go before a daemon's own command line.</summary>
    internal Func<CephDaemon, IReadOnlyList<string>>? Wrap { get; init; }

    private const int Kill = 9;
    private const int Term = 15;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(300);
    private readonly ConcurrentDictionary<string, bool> _wanted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _arguments = new(StringComparer.Ordinal);

    /// <summary>Further arguments for a daemon, from its next start on.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="arguments">Options of Ceph.</param>
    public void Append(CephDaemon daemon, params IReadOnlyList<string> arguments) =>
        _arguments[daemon.Role] = [.. _arguments.GetValueOrDefault(daemon.Role) ?? [], .. arguments];

    /// <summary>Starts a daemon; one that runs is left alone.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task StartAsync(CephDaemon daemon, CancellationToken cancellationToken) => StartAsync(daemon, [], cancellationToken);

    /// <summary>Starts a daemon with further arguments, this once; one that runs is left alone.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="once">Options of Ceph.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CephDaemon daemon, IReadOnlyList<string> once, CancellationToken cancellationToken)
    {
        if (Runs(daemon))
            return;
        var command = RemoteCommand.Args(["adjust-ulimits", .. Wrapper(daemon), $"ceph-{daemon.Type}", "-f", "--cluster", daemon.Cluster, "-i", daemon.DaemonId, .. _arguments.GetValueOrDefault(daemon.Role) ?? [], .. once])
            with { Sudo = true, Label = daemon.Role, CheckStatus = false };
        if (job.Shared<CoverageFolders>().PrefixOn(daemon.Remote) is { } prefix)
            command = command with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GCOV_PREFIX"] = prefix } };
        await job.Daemons.StartAsync(daemon.Role, daemon.Remote, command, cancellationToken);
        _wanted[daemon.Role] = true;
    }

    /// <summary>Starts several at once.</summary>
    /// <param name="daemons">The daemons.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task StartAsync(IEnumerable<CephDaemon> daemons, CancellationToken cancellationToken) =>
        InParallel.ForEachAsync(daemons, StartAsync, cancellationToken);

    /// <summary>Kills a daemon (see above) and waits until it is gone; one that does not run is left alone.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StopAsync(CephDaemon daemon, CancellationToken cancellationToken)
    {
        _wanted[daemon.Role] = false;
        if (!job.Daemons.TryFind(daemon.Role, out var known) || known.Process is not { Finished: false } process)
            return;
        var polite = Wrapper(daemon).Count > 0 || job.Shared<CoverageFolders>().PrefixOn(daemon.Remote) is not null;
        if (!polite || !await EndsAsync(process, cancellationToken))
        {
            await process.SignalAsync(Kill, cancellationToken);
            await process.WaitAsync(cancellationToken).WaitAsync(StopLimit, job.Time, cancellationToken);
        }

        await known.KillAsync(cancellationToken);
    }

    /// <summary>Whether it runs.</summary>
    /// <param name="daemon">The daemon.</param>
    public bool Runs(CephDaemon daemon) => job.Daemons.TryFind(daemon.Role, out var known) && known.Running;

    /// <summary>Waits until a daemon ends by itself; it then counts as stopped.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It was never started.</exception>
    public async Task<CommandResult> WaitAsync(CephDaemon daemon, CancellationToken cancellationToken)
    {
        _wanted[daemon.Role] = false;
        var process = job.Daemons[daemon.Role].Process
            ?? throw new TeuthologyException(FailureKind.Test, $"daemon {daemon.Role} on {daemon.Remote.ShortName} does not run");
        return await process.WaitAsync(cancellationToken);
    }

    /// <summary>Daemons that have ended without being told to, with how they ended.</summary>
    /// <param name="daemons">Those to look at.</param>
    public async Task<IReadOnlyList<(CephDaemon Daemon, CommandResult Result)>> DeadAsync(IEnumerable<CephDaemon> daemons)
    {
        var dead = new List<(CephDaemon, CommandResult)>();
        foreach (var daemon in daemons)
        {
            if (_wanted.GetValueOrDefault(daemon.Role) && job.Daemons.TryFind(daemon.Role, out var known) && known.Process is { Finished: true } process)
                dead.Add((daemon, await process.WaitAsync(CancellationToken.None)));
        }

        return dead;
    }

    /// <summary>Fails when one of the daemons has ended without being told to.</summary>
    /// <param name="daemons">The daemons.</param>
    /// <exception cref="TeuthologyException">The first that has, how it ended and what it said last.</exception>
    public async Task CheckAliveAsync(IEnumerable<CephDaemon> daemons)
    {
        if (await DeadAsync(daemons) is [var (daemon, result), ..])
            throw new TeuthologyException(FailureKind.Product, Obituary(daemon, result));
    }

    /// <summary>What a daemon runs under: valgrind or a profiler, where the job asks for one.</summary>
    private IReadOnlyList<string> Wrapper(CephDaemon daemon) => Wrap?.Invoke(daemon) ?? [];

    private async Task<bool> EndsAsync(RemoteProcess process, CancellationToken cancellationToken)
    {
        await process.SignalAsync(Term, cancellationToken);
        try
        {
            await process.WaitAsync(cancellationToken).WaitAsync(StopLimit / 5, job.Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    internal static string Obituary(CephDaemon daemon, CommandResult result)
    {
        var how = result.Signal is { } signal ? $"died of signal {signal}" : $"ended with status {result.ExitStatus}";
        var last = result.Stderr.TrimEnd().Split('\n').Where(l => l.Length > 0).TakeLast(5).ToList();
        return $"daemon {daemon.Role} on {daemon.Remote.ShortName} {how}" + (last.Count == 0 ? "" : "\nlast lines of stderr:\n  " + string.Join("\n  ", last));
    }
}

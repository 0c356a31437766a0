using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>The long-running processes of a job, by role; upstream's <c>ctx.daemons</c>.</summary>
public sealed class RemoteDaemons
{
    private readonly ConcurrentDictionary<string, RemoteDaemon> _daemons = new(StringComparer.Ordinal);

    /// <summary>All, sorted by role.</summary>
    public IReadOnlyList<RemoteDaemon> All => [.. _daemons.Values.OrderBy(d => d.Role, StringComparer.Ordinal)];

    /// <summary>True and the daemon when one was started under <paramref name="role"/>.</summary>
    /// <param name="role">Role in full, e.g. <c>osd.0</c> or <c>backup.osd.0</c>.</param>
    /// <param name="daemon">The daemon.</param>
    public bool TryFind(string role, [NotNullWhen(true)] out RemoteDaemon? daemon) => _daemons.TryGetValue(role, out daemon);

    /// <summary>The daemon of <paramref name="role"/>.</summary>
    /// <param name="role">Role in full.</param>
    /// <exception cref="TeuthologyException">There is none.</exception>
    public RemoteDaemon this[string role] => TryFind(role, out var daemon)
        ? daemon
        : throw new TeuthologyException(FailureKind.Test, $"no daemon {role} was started; there are: {string.Join(' ', All.Select(d => d.Role))}");

    /// <summary>Registers a daemon and starts it; one that runs under the same role is stopped first.</summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">What to run in the foreground.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RemoteDaemon> StartAsync(string role, Remote remote, RemoteCommand command, CancellationToken cancellationToken) =>
        StartAsync(role, remote, () => command, cancellationToken);

    /// <summary>As the other overload; the command is asked for at every start.</summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">Gives what to run in the foreground.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RemoteDaemon> StartAsync(string role, Remote remote, Func<RemoteCommand> command, CancellationToken cancellationToken)
    {
        if (_daemons.TryRemove(role, out var former))
            await former.StopAsync(TimeSpan.FromSeconds(300), cancellationToken);

        var daemon = new RemoteDaemon(role, remote, command);
        await daemon.StartAsync(cancellationToken);
        _daemons[role] = daemon;
        return daemon;
    }

    /// <summary>Kills whatever still runs; for the end of a job.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task KillAllAsync(CancellationToken cancellationToken) => Task.WhenAll(All.Select(d => d.KillAsync(cancellationToken)));
}

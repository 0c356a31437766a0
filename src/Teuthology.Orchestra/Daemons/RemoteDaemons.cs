using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra;

/// <summary>The long-running programs of a job, by role; upstream's <c>ctx.daemons</c>.</summary>
/// <param name="log">Log of their starts, stops and deaths, or null for none.</param>
public sealed class RemoteDaemons(ILogger? log = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RemoteDaemon> daemons = new(StringComparer.Ordinal);

    /// <summary>All, sorted by role.</summary>
    public IReadOnlyList<RemoteDaemon> All => [.. daemons.Values.OrderBy(daemon => daemon.Role, StringComparer.Ordinal)];

    /// <summary>Those that ended without having been stopped.</summary>
    public IReadOnlyList<RemoteDaemon> Died => [.. All.Where(daemon => daemon.Died)];

    /// <summary>The daemon of a role.</summary>
    /// <param name="role">Role in full.</param>
    /// <exception cref="TeuthologyException">There is none.</exception>
    public RemoteDaemon this[string role] => TryFind(role, out var daemon)
        ? daemon
        : throw new TeuthologyException(FailureKind.Test, $"no daemon {role} was started; there are: {(daemons.IsEmpty ? "none" : string.Join(' ', All.Select(d => d.Role)))}");

    /// <summary>True and the daemon when one was started under a role.</summary>
    /// <param name="role">Role in full, such as <c>osd.0</c> or <c>backup.osd.0</c>.</param>
    /// <param name="daemon">The daemon.</param>
    public bool TryFind(string role, [NotNullWhen(true)] out RemoteDaemon? daemon) => daemons.TryGetValue(role, out daemon);

    /// <summary>The daemons of a type.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">Of one cluster, or null for any.</param>
    public IEnumerable<RemoteDaemon> OfType(string type, string? cluster = null)
    {
        var matches = Role.IsType(type, cluster);
        return All.Where(daemon => matches(daemon.Role));
    }

    /// <summary>The daemons that a task's list of roles means: each in full, <c>type.*</c> for all of a type, null for all of the types.</summary>
    /// <param name="roles">Roles and wildcards, or null.</param>
    /// <param name="types">Types that the task takes.</param>
    /// <param name="withCluster">Whether to name the cluster also where it is the default one.</param>
    /// <exception cref="ConfigurationException"><c>Invalid role 'x', roles must be of format [&lt;cluster&gt;.]&lt;type&gt;.&lt;id&gt;</c>, or <c>Invalid role type 't' in role 'x'</c>.</exception>
    public IReadOnlyList<string> Resolve(IReadOnlyList<string>? roles, IReadOnlyList<string> types, bool withCluster = false)
    {
        ArgumentNullException.ThrowIfNull(types);
        if (roles is null)
            return [.. types.SelectMany(type => OfType(type)).Select(Show)];
        return
        [
            .. roles.SelectMany(raw =>
            {
                var role = Role.Split(raw);
                if (!types.Contains(role.Type))
                    throw new ConfigurationException($"Invalid role type '{role.Type}' in role '{raw}'");
                return role.Id == "*" ? OfType(role.Type, role.Cluster).Select(Show) : [raw];
            }),
        ];

        string Show(RemoteDaemon daemon)
        {
            var role = Role.Split(daemon.Role);
            return withCluster ? $"{role.Cluster}.{role.Daemon}" : role.Daemon;
        }
    }

    /// <summary>Registers a daemon and starts it; one under the same role is stopped first.</summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">What to run; it must stay in the foreground.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task<RemoteDaemon> StartAsync(string role, Remote remote, RemoteCommand command, CancellationToken ct) =>
        StartAsync(role, remote, () => command, new DaemonOptions(), ct);

    /// <summary>As the other overload; the command is asked for at every start.</summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">Gives what to run; it must stay in the foreground.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public async Task<RemoteDaemon> StartAsync(string role, Remote remote, Func<RemoteCommand> command, DaemonOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (daemons.TryRemove(role, out var former))
            await former.StopAsync(options.StopGrace, ct).ConfigureAwait(false);
        var daemon = new RemoteDaemon(role, remote, command, options, log ?? NullLogger.Instance);
        await daemon.StartAsync(ct).ConfigureAwait(false);
        daemons[role] = daemon;
        return daemon;
    }

    /// <summary>Stops all at once.</summary>
    /// <param name="grace">How long each may take to end by itself.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">One could not be stopped; the others are stopped all the same.</exception>
    public Task StopAllAsync(TimeSpan grace, CancellationToken ct) => InParallel.ForEachAsync(All, (daemon, token) => daemon.StopAsync(grace, token), ct);

    /// <summary>Kills whatever still runs; for the end of a job.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">One could not be killed; the others are killed all the same.</exception>
    public Task KillAllAsync(CancellationToken ct) => InParallel.ForEachAsync(All, (daemon, token) => daemon.KillAsync(token), ct);

    /// <summary>Kills what still runs; errors of that are logged only.</summary>
    public async ValueTask DisposeAsync()
    {
        await InParallel.ForEachAsync(All, async (daemon, _) => await daemon.DisposeAsync().ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        daemons.Clear();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra;

/// <summary>The long-running programs of a job, by role; upstream's <c>ctx.daemons</c>.</summary>
/// <param name="log">Log of their starts, stops and deaths, or null for none.</param>
public sealed class RemoteDaemons(ILogger? log = null) : IAsyncDisposable
{
    private readonly ILogger log = log ?? NullLogger.Instance;
    private readonly ConcurrentDictionary<string, IDaemon> daemons = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="RegisterAsync"/> leaves daemons to the systemd of hosts that have one.</summary>
    public bool UseSystemd { get; set; }

    /// <summary>Whether <see cref="RegisterAsync"/> leaves daemons to cephadm's units.</summary>
    public bool UseCephadm { get; set; }

    /// <summary>All, sorted by role.</summary>
    public IReadOnlyList<IDaemon> All => [.. daemons.Values.OrderBy(daemon => daemon.Role, StringComparer.Ordinal)];

    /// <summary>Those that ended without having been stopped.</summary>
    public IReadOnlyList<RemoteDaemon> Died => [.. All.OfType<RemoteDaemon>().Where(daemon => daemon.Died)];

    /// <summary>The daemon that is kept in the foreground under a role.</summary>
    /// <param name="role">Role in full.</param>
    /// <exception cref="TeuthologyException">There is none.</exception>
    public RemoteDaemon this[string role] => TryFind(role, out var daemon)
        ? daemon
        : throw new TeuthologyException(FailureKind.Test, $"no daemon {role} was started; there are: {(daemons.IsEmpty ? "none" : string.Join(' ', All.Select(d => d.Role)))}");

    /// <summary>True and the daemon when one is kept in the foreground under a role.</summary>
    /// <param name="role">Role in full, such as <c>osd.0</c> or <c>backup.osd.0</c>.</param>
    /// <param name="daemon">The daemon.</param>
    public bool TryFind(string role, [NotNullWhen(true)] out RemoteDaemon? daemon)
    {
        daemon = daemons.GetValueOrDefault(role) as RemoteDaemon;
        return daemon is not null;
    }

    /// <summary>The daemon of a role, whoever keeps it, or null; upstream's <c>get_daemon</c>.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cluster">Its cluster.</param>
    public IDaemon? Find(string type, string id, string cluster = Role.DefaultCluster) => daemons.GetValueOrDefault(new Role(cluster, type, id).ToString());

    /// <summary>The daemons of a type; upstream's <c>iter_daemons_of_role</c>.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">Of one cluster, or null for any.</param>
    public IEnumerable<IDaemon> OfType(string type, string? cluster = null)
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

        string Show(IDaemon daemon)
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
        var daemon = new RemoteDaemon(role, remote, command, options, log);
        await daemon.StartAsync(ct).ConfigureAwait(false);
        daemons[role] = daemon;
        return daemon;
    }

    /// <summary>
    /// Registers a daemon without starting it; one under the same role is stopped first. Who keeps it: cephadm where <see cref="UseCephadm"/> is
    /// set; else systemd where <see cref="UseSystemd"/> is set, the host runs it, and the command has not the word <c>valgrind</c>; else we,
    /// in the foreground.
    /// </summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">Gives what to run in the foreground.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    /// <exception cref="ConfigurationException">It is cephadm's, and <see cref="DaemonOptions.Fsid"/> is not set.</exception>
    public async Task<IDaemon> RegisterAsync(string role, Remote remote, Func<RemoteCommand> command, DaemonOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(options);
        if (daemons.TryRemove(role, out var former))
        {
            await former.StopAsync(options.StopGrace, ct);
            await former.DisposeAsync();
        }

        return daemons[role] = await KeeperAsync(role, remote, command, options, ct);
    }

    /// <summary>Registers a daemon as <see cref="RegisterAsync"/> does, and restarts it; upstream's <c>add_daemon</c>.</summary>
    /// <param name="role">Role in full.</param>
    /// <param name="remote">Where.</param>
    /// <param name="command">Gives what to run in the foreground.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be started.</exception>
    public async Task<IDaemon> AddAsync(string role, Remote remote, Func<RemoteCommand> command, DaemonOptions options, CancellationToken ct)
    {
        var daemon = await RegisterAsync(role, remote, command, options, ct);
        await daemon.RestartAsync(ct);
        return daemon;
    }

    /// <summary>Stops the daemons of a type, one after the other, all of them also when one cannot be; upstream's <c>stop_daemons_of_type</c>.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">Of which cluster.</param>
    /// <param name="timeout">How long each may take.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">The error of the last that could not be stopped; each is in the log: <c>Saw exception from ceph.osd.0</c>.</exception>
    public async Task StopTypeAsync(string type, string cluster, TimeSpan timeout, CancellationToken ct)
    {
        RemoteLog.Note(log, $"Shutting down {type} daemons...");
        ExceptionDispatchInfo? last = null;
        foreach (var daemon in OfType(type, cluster))
        {
            try
            {
                await daemon.StopAsync(timeout, ct);
            }
            catch (TeuthologyException error)
            {
                last = ExceptionDispatchInfo.Capture(error);
                var role = Role.Split(daemon.Role);
                RemoteLog.Failed(log, $"Saw exception from {role.Cluster}.{role.Daemon}", error);
            }
        }

        last?.Throw();
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

    private async Task<IDaemon> KeeperAsync(string role, Remote remote, Func<RemoteCommand> command, DaemonOptions options, CancellationToken ct)
    {
        if (UseCephadm)
        {
            var fsid = options.Fsid ?? throw new ConfigurationException($"daemon {role} is cephadm's: the FSID of its cluster must be told");
            var unit = new CephadmUnit(remote, Role.Split(role), fsid, options.Log ?? log);
            if (options.Started)
                await unit.FollowAsync(ct);
            return unit;
        }

        return UseSystemd && !command().Text.Split(' ').Contains("valgrind") && (await remote.Facts.GetAsync(ct)).HasSystemd
            ? new SystemdUnit(remote, Role.Split(role), options.Log ?? log)
            : new RemoteDaemon(role, remote, command, options, log);
    }
}

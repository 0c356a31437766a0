using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>The daemons of a job by name and host.</summary>
/// <param name="log">Log of their starts and stops.</param>
public sealed class RemoteDaemons(ILogger log) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly OrderedDictionary<string, RemoteDaemon> daemons = new(StringComparer.Ordinal);

    /// <summary>All of them, in the order they were added.</summary>
    public IReadOnlyList<RemoteDaemon> All
    {
        get
        {
            lock (gate)
                return [.. daemons.Values];
        }
    }

    /// <summary>Adds a daemon and starts it. One of the same name is stopped first and replaced.</summary>
    /// <param name="name">Its name, by convention its role: <c>osd.0</c>, or <c>backup.osd.0</c> in another cluster than ceph.</param>
    /// <param name="remote">Where it runs.</param>
    /// <param name="command">What to run; it must stay in the foreground.</param>
    /// <param name="options">How it is kept, or null for the defaults.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public async Task<RemoteDaemon> StartAsync(string name, Remote remote, RemoteCommand command, DaemonOptions? options, CancellationToken ct)
    {
        if (TryGet(name) is { } former)
        {
            await former.StopAsync(ct).ConfigureAwait(false);
            await former.DisposeAsync().ConfigureAwait(false);
        }

        var daemon = new RemoteDaemon(name, remote, command, options ?? new DaemonOptions(), log);
        lock (gate)
            daemons[name] = daemon;
        await daemon.StartAsync(ct).ConfigureAwait(false);
        return daemon;
    }

    /// <summary>The daemon of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public RemoteDaemon Get(string name) => TryGet(name)
        ?? throw new ConfigurationException($"No daemon '{name}' was started. There are: {(All is [] ? "none" : string.Join(", ", All.Select(d => d.Name)))}");

    /// <summary>The daemon of a name, or null.</summary>
    /// <param name="name">Its name.</param>
    public RemoteDaemon? TryGet(string name)
    {
        lock (gate)
            return daemons.GetValueOrDefault(name);
    }

    /// <summary>The daemons whose name is a role of a type.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">Of one cluster, or null for any.</param>
    public IEnumerable<RemoteDaemon> OfType(string type, string? cluster = null)
    {
        var matches = Role.IsType(type, cluster);
        return All.Where(daemon => matches(daemon.Name));
    }

    /// <summary>Those that ended without having been stopped.</summary>
    public IReadOnlyList<RemoteDaemon> Died() => [.. All.Where(daemon => daemon.Died)];

    /// <summary>Stops all at once.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">One could not be stopped; the others are stopped all the same.</exception>
    public Task StopAllAsync(CancellationToken ct) => InParallel.ForEachAsync(All, (daemon, token) => daemon.StopAsync(token), ct);

    /// <summary>Kills what still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await InParallel.ForEachAsync(All, async (daemon, _) => await daemon.DisposeAsync().ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        lock (gate)
            daemons.Clear();
    }
}

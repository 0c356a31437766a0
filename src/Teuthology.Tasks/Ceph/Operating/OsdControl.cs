using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Breaks and mends single daemons of a running cluster.</summary>
public static class OsdControl
{
    /// <summary>How long a daemon may take to answer after a start.</summary>
    public static readonly TimeSpan ReviveLimit = TimeSpan.FromSeconds(360);

    extension(CephCluster cluster)
    {
        /// <summary>An OSD by its number.</summary>
        /// <param name="id">The number.</param>
        public CephDaemon Osd(int id) => cluster.Layout.Osds[id];

        /// <summary>Numbers of the OSDs that run, without those that are being revived: to set an option of one that mounts its store stops it forever.</summary>
        public IReadOnlyList<int> LiveOsds => [.. cluster.Layout.Osds.Where(o => cluster.Processes.Runs(o) && !cluster.Reviving.ContainsKey(o.Role)).Select(o => int.Parse(o.Id, CultureInfo.InvariantCulture))];

        /// <summary>Kills a daemon; one that does not run is left alone.</summary>
        /// <param name="daemon">The daemon.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task KillAsync(CephDaemon daemon, CancellationToken cancellationToken) => cluster.Processes.StopAsync(daemon, cancellationToken);

        /// <summary>Has an OSD forget what it writes from now on, and kills it two seconds later: as a power failure with a lying disk.</summary>
        /// <param name="osd">The OSD.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public async Task BlackholeAsync(CephDaemon osd, CancellationToken cancellationToken)
        {
            await osd.SetAsync("objectstore_blackhole", "true", cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(2), cluster.Job.Time, cancellationToken);
            await cluster.KillAsync(osd, cancellationToken);
        }

        /// <summary>Starts a daemon and waits until it answers at its admin socket; an OSD, until it has its store open.</summary>
        /// <param name="daemon">The daemon.</param>
        /// <param name="limit">How long that may take.</param>
        /// <param name="cancellationToken">Gives up.</param>
        /// <exception cref="TeuthologyException">It died again, or the time is over.</exception>
        public async Task ReviveAsync(CephDaemon daemon, TimeSpan? limit, CancellationToken cancellationToken)
        {
            // An OSD knows its own questions only after its start, and answers others before
            var question = daemon.Type == "osd" ? "status" : "version";
            cluster.Reviving[daemon.Role] = true;
            await cluster.Processes.StartAsync(daemon, cancellationToken);
            await new Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = limit ?? ReviveLimit, Time = cluster.Job.Time, Action = $"admin socket of {daemon.Role}" }.UntilAsync(
                async ct =>
                {
                    await cluster.Processes.CheckAliveAsync([daemon]);
                    return await daemon.TrySocketAsync(question, null, ct) is { } answer && !answer.StartsWith("ERROR", StringComparison.Ordinal);
                },
                cancellationToken);
            cluster.Reviving.TryRemove(daemon.Role, out _);
        }

        /// <summary>Has a daemon stand still until it is thawed.</summary>
        /// <param name="daemon">The daemon.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task FreezeAsync(CephDaemon daemon, CancellationToken cancellationToken) => SignalAsync(daemon, "STOP", cancellationToken);

        /// <summary>Has a frozen daemon go on.</summary>
        /// <param name="daemon">The daemon.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task ThawAsync(CephDaemon daemon, CancellationToken cancellationToken) => SignalAsync(daemon, "CONT", cancellationToken);

        /// <summary>Has a daemon reopen its log; one that is dead or has only begun is left alone.</summary>
        /// <param name="daemon">The daemon.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task HangUpAsync(CephDaemon daemon, CancellationToken cancellationToken) => daemon.Remote.RunAsync(
            RemoteCommand.Script(HangUp.Script($"$(cat {PidFile(daemon)} 2>/dev/null)")) with { Sudo = true, Label = $"HUP to {daemon.Role}" }, cancellationToken);

        /// <summary>Marks an OSD <c>in</c>, <c>out</c>, <c>down</c> or <c>lost</c>.</summary>
        /// <param name="how">The word.</param>
        /// <param name="osd">The OSD.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task MarkAsync(string how, CephDaemon osd, CancellationToken cancellationToken) => how == "lost"
            ? cluster.CephAsync(["osd", "lost", osd.Id, "--yes-i-really-mean-it"], cancellationToken)
            : cluster.Commands.MonAsync($"osd {how}", new JsonObject { ["ids"] = new JsonArray(osd.Id) }, cancellationToken);

        /// <summary>Sets or clears a flag of the cluster such as <c>noout</c>.</summary>
        /// <param name="flag">The flag.</param>
        /// <param name="on">Whether to set it.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task FlagAsync(string flag, bool on, CancellationToken cancellationToken) =>
            cluster.Commands.MonAsync(on ? "osd set" : "osd unset", new JsonObject { ["key"] = flag }, cancellationToken);

        /// <summary>Has every running OSD start delayed recoveries now.</summary>
        /// <param name="osds">The OSDs.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public async Task KickRecoveryAsync(IEnumerable<CephDaemon> osds, CancellationToken cancellationToken)
        {
            foreach (var osd in osds)
                await cluster.CephAsync(["tell", osd.Name, "debug", "kick_recovery_wq", "0"], cancellationToken);
        }

        /// <summary>Whether each OSD is up and in by the monitors' map, by number.</summary>
        /// <param name="cancellationToken">Gives up.</param>
        public async Task<IReadOnlyDictionary<int, (bool Up, bool In)>> OsdStatesAsync(CancellationToken cancellationToken) =>
            ((await cluster.Commands.JsonAsync("osd dump", cancellationToken))["osds"] as JsonArray ?? [])
                .ToDictionary(o => (int)o!["osd"]!, o => ((int)o!["up"]! > 0, (int)o["in"]! > 0));

        /// <summary>Waits until the monitors have marked an OSD down.</summary>
        /// <param name="osd">The OSD.</param>
        /// <param name="limit">How long.</param>
        /// <param name="cancellationToken">Gives up.</param>
        public Task DownAsync(CephDaemon osd, TimeSpan limit, CancellationToken cancellationToken) =>
            new Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = limit, Time = cluster.Job.Time, Action = $"{osd.Role} down" }.UntilAsync(
                async ct => !(await cluster.OsdStatesAsync(ct))[int.Parse(osd.Id, CultureInfo.InvariantCulture)].Up, cancellationToken);
    }

    // sudo stops itself when its program is stopped, and does not go on with it: both are sent the signal
    private static Task SignalAsync(CephDaemon daemon, string signal, CancellationToken cancellationToken) => daemon.Remote.RunAsync(
        RemoteCommand.Args("sh", "-c", "p=$(cat \"$1\") && kill -s \"$2\" \"$p\" && kill -s \"$2\" \"$(awk '/^PPid/ { print $2 }' \"/proc/$p/status\")\"", "sh", PidFile(daemon), signal)
            with { Sudo = true, Label = $"{signal} to {daemon.Role}" },
        cancellationToken);

    private static string PidFile(CephDaemon daemon) => $"/var/run/ceph/{daemon.Cluster}-{daemon.Name}.pid";
}

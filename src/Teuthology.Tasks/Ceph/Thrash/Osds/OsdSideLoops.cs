using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>
/// What goes on beside the thrasher's actions: hang-up signals, op tracking on and off, dumps of operations, scrubs forbidden and allowed. An OSD that
/// is dead at that moment does not matter.
/// </summary>
internal sealed class OsdSideLoops(CephCluster cluster, OsdThrashOptions options, Random random, ILogger log)
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private bool _scrubs;
    private int _tracker;
    private int _scrubState;

    public void Start()
    {
        if (options.SighupDelay > TimeSpan.Zero)
            _loops.Add(LoopAsync(HangUpAsync, options.SighupDelay));
        if (options.OpTrackerDelay > TimeSpan.Zero)
            _loops.Add(LoopAsync(ToggleOpTrackerAsync, options.OpTrackerDelay));
        if (options.DumpOps)
            _loops.Add(LoopAsync(DumpOpsAsync, LeastPause));
        if (options.NoScrubDelay > TimeSpan.Zero)
            _loops.Add(LoopAsync(ToggleScrubsAsync, options.NoScrubDelay));
    }

    /// <summary>From now on an OSD is scrubbed every 30 s.</summary>
    public void StartScrubbing()
    {
        if (_scrubs)
            return;
        _scrubs = true;
        _loops.Add(LoopAsync(ct => cluster.TryCephAsync(["osd", "scrub", Pick().Id], ct), TimeSpan.FromSeconds(30)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
        if (options.NoScrubDelay > TimeSpan.Zero)
        {
            await cluster.FlagAsync("noscrub", on: false, cancellationToken);
            await cluster.FlagAsync("nodeep-scrub", on: false, cancellationToken);
        }
    }

    private async Task LoopAsync(Func<CancellationToken, Task> act, TimeSpan pause)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(pause, cluster.Job.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;
            try
            {
                // Not cut short: a command that was begun is waited for
                await act(CancellationToken.None);
            }
            catch (TeuthologyException e)
            {
                CephLog.Detail(log, $"thrashosds {cluster.Name}: {e.Message}");
            }
        }
    }

    private CephDaemon Pick()
    {
        var live = cluster.LiveOsds;
        return live.Count == 0 ? cluster.Osd(0) : cluster.Osd(live[random.Next(live.Count)]);
    }

    private Task HangUpAsync(CancellationToken cancellationToken) => cluster.HangUpAsync(Pick(), cancellationToken);

    private async Task ToggleOpTrackerAsync(CancellationToken cancellationToken)
    {
        var value = _tracker++ % 2 == 0 ? "false" : "true";
        foreach (var osd in cluster.LiveOsds)
            await cluster.Osd(osd).TrySocketAsync("config set", new JsonObject { ["var"] = "osd_enable_op_tracker", ["val"] = new JsonArray(value) }, cancellationToken);
    }

    private async Task DumpOpsAsync(CancellationToken cancellationToken)
    {
        foreach (var osd in cluster.LiveOsds)
        {
            foreach (var dump in new[] { "dump_ops_in_flight", "dump_blocked_ops", "dump_historic_ops" })
                await cluster.Osd(osd).TrySocketAsync(dump, null, cancellationToken);
        }
    }

    private Task ToggleScrubsAsync(CancellationToken cancellationToken) => (_scrubState++ % 4) switch
    {
        0 => cluster.FlagAsync("noscrub", on: true, cancellationToken),
        1 => cluster.FlagAsync("nodeep-scrub", on: true, cancellationToken),
        2 => cluster.FlagAsync("noscrub", on: false, cancellationToken),
        _ => cluster.FlagAsync("nodeep-scrub", on: false, cancellationToken),
    };
}

using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Looks after a cluster's daemons while the job runs: one that ended without being told to, and stays away for 300 s, and a thrasher that failed, end the job.
/// Its mounts are then unmounted by force, the daemons killed, and the running task cancelled: nothing waits for a dead cluster. Keys of the job:
/// <c>watchdog: {daemon_timeout, daemon_restart: normal}</c>; the latter starts daemons again that ended with status 0.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="options">How long and what.</param>
/// <param name="log">Its log.</param>
internal sealed class CephWatchdog(JobContext job, CephCluster cluster, WatchdogOptions options, Microsoft.Extensions.Logging.ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, long> _missed = new(StringComparer.Ordinal);
    private Task _watching = Task.CompletedTask;

    public void Start() => _watching = WatchAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, job.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (await ReasonAsync(cancellationToken) is not { } reason)
                    continue;
                await BarkAsync(reason, cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (TeuthologyException e)
            {
                CephLog.Warn(log, $"watchdog of cluster {cluster.Name}: {e.Message}");
            }
        }
    }

    private async Task<string?> ReasonAsync(CancellationToken cancellationToken)
    {
        if (job.Shared<Thrashers>().Failed is { } thrasher)
            return $"{thrasher.Name} failed: {thrasher.Error!.Message}";

        var dead = await cluster.Processes.DeadAsync(cluster.Layout.Resolve(null));
        foreach (var back in _missed.Keys.Except(dead.Select(d => d.Daemon.Role)).ToList())
            _missed.Remove(back);
        foreach (var (daemon, result) in dead)
        {
            if (options.RestartsNormal && result.ExitStatus == 0)
            {
                CephLog.Note(log, $"watchdog: {daemon.Role} ended with status 0 and is started again");
                await cluster.Processes.StartAsync(daemon, cancellationToken);
            }
            else if (_missed.TryAdd(daemon.Role, job.Time.GetTimestamp()))
            {
                CephLog.Warn(log, $"watchdog: {CephProcesses.Obituary(daemon, result)}");
            }
            else if (job.Time.GetElapsedTime(_missed[daemon.Role]) >= options.DaemonTimeout)
            {
                return $"{CephProcesses.Obituary(daemon, result)}; nobody started it again within {options.DaemonTimeout.TotalSeconds:0} s";
            }
        }

        return null;
    }

    private async Task BarkAsync(string reason, CancellationToken cancellationToken)
    {
        CephLog.Warn(log, $"BARK! unmounting mounts and killing all daemons of cluster {cluster.Name}: {reason}");
        cluster.GiveUp();
        job.Abandon("ceph", reason);
        await InParallel.ForEachAsync(job.Shared<CephMounts>().All.Where(m => m.IsMounted), (mount, ct) => mount.ForceAsync(ct), cancellationToken);
        await InParallel.ForEachAsync(cluster.Layout.Resolve(null), cluster.Processes.StopAsync, cancellationToken);
    }
}

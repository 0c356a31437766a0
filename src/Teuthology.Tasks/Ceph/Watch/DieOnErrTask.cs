using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>die_on_err</c>: ends the job when a file <c>err</c> comes to be in the test directory of an OSD's machine, or an OSD's log ends with the dump of a crash. It watches beside what follows
/// until the job unwinds, and looks once more then; upstream's never ends by itself.
/// </summary>
[Task("die_on_err")]
public sealed class DieOnErrTask : ClusterTask
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override Task RunAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        Osds(run, cluster, 1);
        var stop = new CancellationTokenSource();
        var watching = WatchAsync(run, cluster, stop.Token);
        run.Defer("look for errors of OSDs", async (error, ct) =>
        {
            await stop.CancelAsync();
            await watching;
            stop.Dispose();
            if (error is null && await FindAsync(run, cluster, ct) is { } found)
                throw Failed(found);
        });
        return Task.CompletedTask;
    }

    private static async Task WatchAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await FindAsync(run, cluster, cancellationToken) is { } found)
                {
                    run.Job.Abandon(run.Name, found);
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (TeuthologyException e)
            {
                CephLog.Warn(run.Log, $"{run.Name}: {e.Message}");
            }

            await Task.Delay(Pause, cluster.Job.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What is wrong, or null; one command for each machine.</summary>
    private static async Task<string?> FindAsync(TaskRun run, CephCluster cluster, CancellationToken cancellationToken)
    {
        foreach (var host in cluster.Layout.Osds.GroupBy(o => o.Remote))
        {
            var script = $"[ -e {ShellQuote.Quote(run.Job.TestDirectory + "/err")} ] && echo err\n"
                + string.Concat(host.Select(o => $"tail -n 1 {ShellQuote.Quote($"/var/log/ceph/{o.Cluster}-{o.Name}.log")} 2>/dev/null | grep -q 'end dump' && echo {o.Role}\n")) + "true";
            var lines = (await host.Key.RunAsync(RemoteCommand.Script(script) with { Sudo = true, Quiet = true, Label = "errors of OSDs" }, cancellationToken)).Stdout
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines is [var first, ..])
                return first == "err" ? $"{host.Key.ShortName} has {run.Job.TestDirectory}/err" : $"{first} on {host.Key.ShortName} crashed: its log ends with a dump";
        }

        return null;
    }
}

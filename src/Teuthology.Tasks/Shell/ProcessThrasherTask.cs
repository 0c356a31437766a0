using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>proc_thrasher</c>: keeps <c>num_procs</c> processes of a command running on a machine and kills one of them, chosen at random, after each
/// <c>rest_period</c>, beside the tasks that follow; what runs after <c>run_time</c> is let end by itself. Unwinding ends all. Upstream has it as a class for tasks to use.
/// </summary>
[Task("proc_thrasher")]
public sealed class ProcessThrasherTask : JobTask<ProcessThrasherOptions>
{
    /// <inheritdoc/>
    protected override Task RunAsync(TaskRun run, ProcessThrasherOptions options, CancellationToken cancellationToken)
    {
        var remote = RoleCommands.Machine(run, options.Role);
        var stop = new CancellationTokenSource();
        var thrashing = ThrashAsync(run, options, remote, stop.Token);
        run.Defer("end the thrasher", async (_, _) =>
        {
            await stop.CancelAsync();
            await thrashing;
            stop.Dispose();
        });
        return Task.CompletedTask;
    }

    private static async Task ThrashAsync(TaskRun run, ProcessThrasherOptions options, Remote remote, CancellationToken cancellationToken)
    {
        var processes = new List<RemoteProcess>();
        var random = new Random(options.Seed);
        var start = run.Job.Time.GetTimestamp();
        try
        {
            while (run.Job.Time.GetElapsedTime(start) < options.RunTime)
            {
                if (processes.Count > 0)
                {
                    var victim = processes[random.Next(processes.Count)];
                    processes.Remove(victim);
                    TasksLog.Text(run.Log, $"killing one of {processes.Count + 1} processes on {remote.ShortName}");
                    await victim.KillAsync(cancellationToken);
                    await victim.DisposeAsync();
                }

                while (processes.Count < options.NumProcs)
                    processes.Add(await remote.StartAsync(RoleCommands.Bash(run, remote, options.Command) with { CheckStatus = false }, cancellationToken));
                await Task.Delay(options.RestPeriod, run.Job.Time, cancellationToken);
            }

            foreach (var process in processes)
                await process.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TasksLog.Text(run.Log, "the thrasher ends with the job");
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
    }
}

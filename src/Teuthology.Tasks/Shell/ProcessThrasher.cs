using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Keeps processes of a command running on a machine and kills one of them, chosen at random, after each period: upstream's <c>ProcThrasher</c>, for tasks to use.</summary>
/// <param name="options">How many, how often, how long.</param>
/// <param name="remote">The machine.</param>
/// <param name="command">What each process runs; its status is not judged.</param>
/// <param name="log">Log of what is done.</param>
/// <param name="time">The clock.</param>
public sealed class ProcessThrasher(ProcessThrasherOptions options, Remote remote, RemoteCommand command, ILogger log, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _thrashing;

    /// <summary>Begins, beside what else runs; a second call does nothing.</summary>
    public void Start() => _thrashing ??= ThrashAsync(_stop.Token);

    /// <summary>Waits until the run time is over and the processes that are left have ended by themselves.</summary>
    /// <param name="cancellationToken">Gives up waiting; it goes on.</param>
    /// <exception cref="TeuthologyException">The machine could not be reached.</exception>
    public Task JoinAsync(CancellationToken cancellationToken) => (_thrashing ?? Task.CompletedTask).WaitAsync(cancellationToken);

    /// <summary>Ends it, and every process that it started.</summary>
    /// <exception cref="TeuthologyException">It had failed.</exception>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await JoinAsync(CancellationToken.None);
        _stop.Dispose();
    }

    private async Task ThrashAsync(CancellationToken cancellationToken)
    {
        var processes = new List<RemoteProcess>();
        var random = new Random(options.Seed);
        var start = time.GetTimestamp();
        TasksLog.Text(log, "Starting");
        try
        {
            while (time.GetElapsedTime(start) < options.RunTime)
            {
                if (processes.Count > 0)
                    await KillOneAsync(processes, random, cancellationToken);
                while (processes.Count < options.NumProcs)
                {
                    TasksLog.Text(log, $"Creating proc {processes.Count + 1}");
                    processes.Add(await remote.StartAsync(command with { CheckStatus = false }, cancellationToken));
                }

                TasksLog.Text(log, "About to sleep");
                await Task.Delay(options.RestPeriod, time, cancellationToken);
                TasksLog.Text(log, "Just woke");
            }

            foreach (var process in processes)
                await process.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            TasksLog.Text(log, "the thrasher ends with the job");
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
    }

    private async Task KillOneAsync(List<RemoteProcess> processes, Random random, CancellationToken cancellationToken)
    {
        TasksLog.Text(log, "Killing proc");
        var victim = processes[random.Next(processes.Count)];
        processes.Remove(victim);
        await victim.KillAsync(cancellationToken);
        await victim.DisposeAsync();
        TasksLog.Text(log, "Killed proc");
    }
}

using Teuthology.Jobs;
using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>Runs jobs by queueing them: what happens then happens at a worker, and this tells of it.</summary>
/// <param name="start">Queues the jobs of the test run; called once.</param>
internal sealed class ScheduledEngine(Func<Task<ScheduledRun>> start) : IJobEngine, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Task<ScheduledRun>? _run;

    /// <inheritdoc/>
    public async Task<IJobSession> StartAsync(JobSpec job, IJobObserver? observer, CancellationToken cancellationToken)
    {
        var run = await QueueAsync();
        var scheduled = run.Jobs.First(entry => entry.Key.Description == job.Description).Value;
        return scheduled.Mistake is { } mistake
            ? throw new ConfigurationException(mistake.Message, inner: mistake)
            : new ScheduledSession(run, scheduled, job, observer);
    }

    /// <summary>Stops watching.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_run is { IsCompletedSuccessfully: true } queued)
            await (await queued).DisposeAsync();
    }

    private Task<ScheduledRun> QueueAsync()
    {
        lock (_gate)
            return _run ??= Task.Run(start);
    }
}

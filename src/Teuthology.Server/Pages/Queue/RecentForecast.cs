using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Server;

/// <summary>How long jobs take, learnt anew once a minute for all who look at the queue.</summary>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
internal sealed class RecentForecast(ResultsStore store, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private QueueForecast? _forecast;
    private long _learnt;

    /// <summary>The forecast, as it was a minute ago at most.</summary>
    public async Task<QueueForecast> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_forecast is { } known && time.GetElapsedTime(_learnt) < Age)
                return known;
            var forecast = new QueueForecast();
            foreach (var run in QueueForecast.Telling(await store.RunsAsync(QueueForecast.Newest, cancellationToken)))
                forecast.Learn(await store.JobSummariesAsync(run.Name, cancellationToken));
            (_forecast, _learnt) = (forecast, time.GetTimestamp());
            return forecast;
        }
        finally
        {
            _turn.Release();
        }
    }
}

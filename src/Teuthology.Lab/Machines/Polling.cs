namespace Teuthology.Lab;

/// <summary>Looks again and again, with pauses, until something is so.</summary>
/// <param name="Interval">Pause between two looks.</param>
/// <param name="Timeout">How long it goes on.</param>
internal sealed record Polling(TimeSpan Interval, TimeSpan Timeout)
{
    /// <summary>Looks until the answer is not null.</summary>
    /// <param name="look">Gives the answer, or null while there is none.</param>
    /// <param name="late">The error when the time is over.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> UntilAsync<T>(Func<TimeSpan, Task<T?>> look, Func<TimeSpan, TeuthologyException> late, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        for (var start = time.GetTimestamp(); ;)
        {
            if (await look(time.GetElapsedTime(start)) is { } answer)
                return answer;
            if (time.GetElapsedTime(start) >= Timeout)
                throw late(time.GetElapsedTime(start));
            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}

using Teuthology.Sql;

namespace Teuthology.Results;

/// <content>The queues that the results server knows by name, of which jobs say that they are in one.</content>
public sealed partial class ResultsStore
{
    // Who took a job out of a queue and says nothing of it may be gone.
    private static readonly TimeSpan InHand = TimeSpan.FromMinutes(10);

    /// <summary>The queues, by name.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<NamedQueue>> QueuesAsync(CancellationToken cancellationToken) => await _database.QueryAsync(
        () => $"SELECT * FROM queues ORDER BY queue",
        row => new NamedQueue(row.Text("queue")!, row.Text("pausedby"), row.Time("pausedsince"), row.Time("pauseduntil")),
        cancellationToken);

    /// <summary>Makes a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is one of that name.</returns>
    public async Task<bool> CreateQueueAsync(NamedQueue queue, CancellationToken cancellationToken) => await ChangeAsync(
        () => $"""
            INSERT INTO queues (queue, pausedby, pausedsince, pauseduntil) VALUES ({queue.Name}, {queue.PausedBy}, {queue.PausedSince}, {queue.PausedUntil})
            ON CONFLICT (queue) DO NOTHING
            """,
        cancellationToken) > 0;

    /// <summary>Changes a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SaveQueueAsync(NamedQueue queue, CancellationToken cancellationToken) => ChangeAsync(
        () => $"UPDATE queues SET pausedby = {queue.PausedBy}, pausedsince = {queue.PausedSince}, pauseduntil = {queue.PausedUntil} WHERE queue = {queue.Name}",
        cancellationToken);

    /// <summary>
    /// Takes the queued job of the lowest number of priority; nobody else gets it unless ten minutes pass without a change of the job.
    /// </summary>
    /// <param name="queue">Name of the queue.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The job; null when there is none.</returns>
    public Task<JobRecord?> PopJobAsync(string queue, CancellationToken cancellationToken) => _database.WriteAsync<JobRecord?>(
        async (connection, transaction) =>
        {
            var now = _time.GetUtcNow().UtcDateTime;
            var jobs = new JobTable(connection, _dialect, transaction);
            for (; ;)
            {
                var next = new JobQuery { Queue = queue, Status = JobState.Queued, NotPoppedAt = now, ByPriority = true, Count = 1 };
                if (await jobs.ListAsync(next, cancellationToken) is not [var job])
                    return null;
                if (await connection.ExecuteAsync(
                    $"UPDATE jobs SET poppeduntil = {now + InHand} WHERE id = {job.RowId} AND status = 'queued' AND (poppeduntil IS NULL OR poppeduntil < {now})", transaction, cancellationToken) == 1)
                    return job;
            }
        },
        cancellationToken);
}

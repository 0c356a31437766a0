using Teuthology.Results;

namespace Teuthology.Xunit;

/// <summary>A job of the test run that is queued, or could not be.</summary>
/// <param name="runName">Name of its run.</param>
/// <param name="jobId">Its id; null when it could not be made.</param>
/// <param name="mistake">Why not.</param>
internal sealed class ScheduledJob(string runName, string? jobId, ConfigurationException? mistake = null)
{
    private readonly TaskCompletionSource<JobRecord> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string RunName => runName;

    public string? JobId => jobId;

    public ConfigurationException? Mistake => mistake;

    /// <summary>What is known of it; null before anybody looked.</summary>
    public JobRecord? Known { get; private set; }

    /// <summary>Told of each change of its state.</summary>
    public Action<JobRecord>? Changed { get; set; }

    /// <summary>Done when the job ended.</summary>
    public Task<JobRecord> Ended => _ended.Task;

    /// <summary>The results say so.</summary>
    public void Update(JobRecord job)
    {
        var isNew = Known?.Status != job.Status;
        Known = job;
        if (isNew)
            Changed?.Invoke(job);
        if (!JobState.IsUnfinished(job.Status))
            _ended.TrySetResult(job);
    }

    /// <summary>Nobody will run it.</summary>
    public void End(Exception reason) => _ended.TrySetException(reason);
}

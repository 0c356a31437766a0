using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A change of a job that is to be written.</summary>
/// <param name="Run">Name of its run.</param>
/// <param name="JobId">Its id in the run; null for one that the store gives.</param>
/// <param name="Told">Keys and values.</param>
/// <param name="Mode">What is expected.</param>
/// <param name="Condition">Whether the change still applies to the job as it is found; null for always.</param>
internal sealed record JobWrite(string Run, string? JobId, JsonObject Told, SaveMode Mode, Func<JobRow, bool>? Condition = null)
{
    private readonly TaskCompletionSource<JobSaved> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<JobSaved> Done => _done.Task;

    public void Succeed(JobSaved saved) => _done.TrySetResult(saved);

    public void Fail(Exception failure) => _done.TrySetException(failure);
}

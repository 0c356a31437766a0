using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>full_sequential_finally</c>: does nothing on enter; runs its list, each task to its end, when the job unwinds.</summary>
[Task("full_sequential_finally", Members = TaskMembers.List)]
public sealed class FullSequentialFinallyTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Defer("run the tasks kept for the end", async (_, ct) =>
        {
            foreach (var entry in GroupEntries.Of(run, run.Config))
                await TaskStack.RunToEndAsync(run.Job, [entry], ct);
        }, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

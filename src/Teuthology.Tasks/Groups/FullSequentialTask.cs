using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>full_sequential</c>: enters and unwinds each task of its list before the next.</summary>
[Task("full_sequential", Members = TaskMembers.List)]
public sealed class FullSequentialTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var entry in GroupEntries.Of(run, run.Config))
            await TaskStack.RunToEndAsync(run.Job, [entry], cancellationToken);
    }
}

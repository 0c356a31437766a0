using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>sequential</c>: enters the tasks of its list in order and unwinds them, in reverse, at the end of the group.</summary>
[Task("sequential", Members = TaskMembers.List)]
public sealed class SequentialTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) =>
        TaskStack.RunToEndAsync(run.Job, GroupEntries.Of(run, run.Config), cancellationToken);
}

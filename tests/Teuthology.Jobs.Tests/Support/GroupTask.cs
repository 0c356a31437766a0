namespace Teuthology.Jobs.Tests;

/// <summary>Runs its list as a group that is unwound at its end.</summary>
[Task("sequential", Members = TaskMembers.List)]
[Task("test.group", Members = TaskMembers.List)]
public sealed class GroupTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) =>
        TaskStack.RunToEndAsync(run.Job, TaskList.OfGroup(run.Config, run.Mark, run.Name, run.Job.Config), cancellationToken);
}

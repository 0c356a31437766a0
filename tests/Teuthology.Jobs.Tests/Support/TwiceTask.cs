namespace Teuthology.Jobs.Tests;

/// <summary>Runs its list as a group, two times.</summary>
[Task("test.twice", Members = TaskMembers.List)]
public sealed class TwiceTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        for (var time = 0; time < 2; time++)
            await TaskStack.RunToEndAsync(run.Job, TaskList.OfGroup(run.Config, run.Mark, run.Name, run.Job.Config), cancellationToken);
    }
}

namespace Teuthology.Jobs.Tests;

/// <summary>Runs each task of its list to its end before the next.</summary>
[Task("test.each", Members = TaskMembers.List)]
public sealed class EachTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var entry in TaskList.OfGroup(run.Config, run.Mark, run.Name, run.Job.Config))
            await TaskStack.RunToEndAsync(run.Job, [entry], cancellationToken);
    }
}

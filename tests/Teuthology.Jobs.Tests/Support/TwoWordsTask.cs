namespace Teuthology.Jobs.Tests;

[Task("test.two-words")]
public sealed class TwoWordsTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}

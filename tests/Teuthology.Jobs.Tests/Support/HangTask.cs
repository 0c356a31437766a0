namespace Teuthology.Jobs.Tests;

/// <summary>Its unwinding never ends, whatever token it gets.</summary>
[Task("test.hang")]
public sealed class HangTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Defer("hang", (_, _) => Task.Delay(Timeout.Infinite, CancellationToken.None));
        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Writes its configuration into the log, on entering and on unwinding.</summary>
[Task("test.mark")]
public sealed class MarkTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Log.LogInformation("mark {Text}", run.Config);
        run.Job.Shared<Meeting>().Marked.TrySetResult();
        run.Defer("mark", (_, _) =>
        {
            run.Log.LogInformation("mark end {Text}", run.Config);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Fails where its configuration says: <c>enter</c>, <c>body</c>, <c>exit</c>, <c>exits</c> (two of three).</summary>
[Task("test.fault")]
public sealed class FaultTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var where = run.Config as string;
        if (where == "enter")
            throw new InvalidOperationException("enter broke");
        foreach (var exit in new[] { "third", "second", "first" })
        {
            run.Defer(exit, (_, _) =>
            {
                run.Log.LogInformation("unwound {Exit}", exit);
                return (where, exit) is ("exit", "second") or ("exits", "first" or "third") ? throw new InvalidOperationException($"{exit} exit broke") : Task.CompletedTask;
            });
        }

        return where == "body" ? throw new InvalidOperationException("body broke") : Task.CompletedTask;
    }
}

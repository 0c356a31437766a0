using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Fails with its configuration as the reason.</summary>
[Task("test.fail")]
public sealed class FailTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) =>
        throw new TeuthologyException(FailureKind.Product, run.Config as string ?? "no reason");
}

using Teuthology.Lab;

namespace Teuthology.Jobs.Tests;

/// <summary>Needs what a simple lab has not.</summary>
[Task("test.needy", Needs = LabFeatures.Root | LabFeatures.Fuse)]
public sealed class NeedyTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}

namespace Teuthology.Jobs.Tests;

/// <summary>Stand for the tasks of these names; the engine knows their names alone.</summary>
[Task("install")]
[Task("buildpackages")]
public sealed class PackageTask(Trace trace) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        trace.Add($"enter {run.Text("name") ?? run.Name}");
        return Task.CompletedTask;
    }
}

namespace Teuthology.Jobs.Tests;

/// <summary>Asks for a service that nobody registered.</summary>
[Task("test.needy_of_service")]
internal sealed class NeedyOfServiceTask(Uri missing) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => throw new InvalidOperationException(missing.ToString());
}

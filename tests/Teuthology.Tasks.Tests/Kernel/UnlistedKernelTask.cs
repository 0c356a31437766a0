using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>The task <c>kernel</c> in a job's list, where a test can prepare machines before it; jobs have it as a section only.</summary>
[Task("test.kernel")]
public sealed class UnlistedKernelTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => new KernelTask().RunAsync(run, cancellationToken);
}

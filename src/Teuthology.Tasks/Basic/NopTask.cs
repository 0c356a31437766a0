using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>nop</c>: does nothing, whatever its configuration.</summary>
[Task("nop")]
public sealed class NopTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}

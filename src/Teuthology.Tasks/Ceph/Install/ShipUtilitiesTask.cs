using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>install.ship_utilities</c>: the helpers that <c>install</c> ships, for jobs that install by other means.</summary>
[Task("install.ship_utilities")]
public sealed class ShipUtilitiesTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => ShippedTools.ShipAsync(run, cancellationToken);
}

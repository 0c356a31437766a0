using Teuthology.Scheduling;

namespace Teuthology.Server;

/// <summary>What the page of the queue shows.</summary>
/// <param name="Place">Where the queue is; null when the server has none.</param>
/// <param name="Tubes">Its tubes.</param>
/// <param name="Tube">The one that is shown; null for all.</param>
/// <param name="Jobs">Jobs, in the order in which they will be taken, with the time when each is likely to begin.</param>
internal sealed record QueueView(string? Place, IReadOnlyList<TubeState> Tubes, string? Tube, IReadOnlyList<(QueueEntry Job, DateTime? Expected)> Jobs)
{
    public const int Count = 200;
}

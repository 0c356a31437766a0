using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>A job in a worker's hands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tube">Its tube.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Document">The whole job, as it was put.</param>
/// <param name="Attempt">How often it was taken, this time included.</param>
/// <param name="Fence">Higher with each time that anybody takes it; 0 where the queue has none.</param>
public sealed record QueueClaim(string Id, string Tube, long Priority, YamlMap Document, int Attempt, long Fence)
{
    /// <summary>Whether it was tried as often as <see cref="QueuePolicy.Attempts"/> allows before: it is to be reported dead and finished, not to be run.</summary>
    public bool IsSpent { get; init; }
}

using System.Globalization;
using Teuthology.Scheduling;

namespace Teuthology.Server;

/// <summary>The queue that the server shows, if it has one.</summary>
/// <param name="Queue">The queue; null for none.</param>
internal sealed record OpenQueue(IJobQueue? Queue)
{
    /// <summary>A text that changes with the queue: its tubes, and its first jobs.</summary>
    public async Task<string> StateAsync(CancellationToken cancellationToken)
    {
        if (Queue is null)
            return "none";
        var hash = new HashCode();
        foreach (var tube in await Queue.TubesAsync(cancellationToken))
            hash.Add(tube);
        foreach (var job in await Queue.ListAsync(new QueueQuery { Count = QueueView.Count }, cancellationToken))
            hash.Add((job.Id, job.Worker, job.Priority, job.Attempts));
        return hash.ToHashCode().ToString("x", CultureInfo.InvariantCulture);
    }
}

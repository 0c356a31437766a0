using Teuthology.Lab;

namespace Teuthology.Scheduling;

/// <summary>The machines that a job holds: their locks have its archive directory as description.</summary>
public static class JobMachines
{
    /// <summary>Unlocks them.</summary>
    /// <param name="nodes">The machines.</param>
    /// <param name="archive">The job's archive directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The machines that were unlocked.</returns>
    public static async Task<IReadOnlyList<string>> UnlockAsync(INodeDirectory nodes, string archive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        List<string> unlocked = [];
        foreach (var node in await nodes.ListAsync(new NodeQuery { Locked = true }, cancellationToken))
        {
            if (node.Description != archive || node.LockedBy is not { } owner)
                continue;
            try
            {
                await nodes.UnlockAsync(node.Name, owner, archive, cancellationToken);
                unlocked.Add(node.Name);
            }
            catch (NodeRefusedException)
            {
                // It became free, or somebody else's, meanwhile.
            }
        }

        return unlocked;
    }
}

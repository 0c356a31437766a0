using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Machines that are servers of a cloud: what of theirs nobody cares for any more, with what belongs to it.</summary>
public interface ICloudRemains
{
    /// <summary>What runs of the cluster have in the cloud, each with whether it is left behind.</summary>
    /// <param name="scope">What is looked at; the cluster and who holds machines of this lab are filled in.</param>
    /// <param name="isHeld">Whether a machine of this lab is held, as <see cref="LeasedLab.CleanAsync"/> tells it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<RunRemains>> FindAsync(CollectScope scope, Func<string, bool> isHeld, CancellationToken cancellationToken);

    /// <summary>Deletes what is left behind.</summary>
    /// <param name="scope">What is looked at; the cluster and who holds machines of this lab are filled in.</param>
    /// <param name="isHeld">Whether a machine of this lab is held, as <see cref="LeasedLab.CleanAsync"/> tells it.</param>
    /// <param name="timeout">How long it is tried, at least once.</param>
    /// <param name="progress">Told each deletion and each obstacle; null for silence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<CollectReport> CollectAsync(CollectScope scope, Func<string, bool> isHeld, TimeSpan timeout, IProgress<string>? progress, CancellationToken cancellationToken);
}

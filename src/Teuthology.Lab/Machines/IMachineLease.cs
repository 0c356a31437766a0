namespace Teuthology.Lab;

/// <summary>Machines held for one owner until disposed; a heartbeat keeps the lease alive meanwhile.</summary>
public interface IMachineLease : IAsyncDisposable
{
    /// <summary>The machines, freshly imaged and answering SSH, in the lab's order.</summary>
    IReadOnlyList<Machine> Machines { get; }

    /// <summary>Who holds them.</summary>
    string Owner { get; }

    /// <summary>Grows with every lease of the store; an older number has lost.</summary>
    long Fence { get; }

    /// <summary>Cancelled when the lease was lost (it expired, or somebody broke it).</summary>
    CancellationToken Lost { get; }

    /// <summary>Directory on the controller that holds logs of the machines (console), or null.</summary>
    string? LogDirectory { get; }

    /// <summary>Counts a failure of one of the machines: it did not answer, or is not fit for a job. Too many in a row take it out of use for a while.</summary>
    /// <param name="machine">Its name.</param>
    /// <param name="trouble">What is wrong, in words.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    Task ReportAsync(string machine, string trouble, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Keeps the disks of the machines as they are now, so that later ones can begin with them.</summary>
    /// <param name="snapshot">Name of the snapshot.</param>
    /// <param name="options">What else is to be known.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; nothing half made stays.</param>
    /// <exception cref="ConfigurationException">These machines cannot be kept, or the name is taken or makes no sense.</exception>
    Task<MachineSnapshot> SaveAsync(string snapshot, SnapshotOptions options, IProgress<string>? progress, CancellationToken cancellationToken) =>
        throw new ConfigurationException($"no snapshot '{snapshot}' can be made of these machines: they are not of the root lab");

    /// <summary>
    /// Leaves the machines as they are, locked by <see cref="Owner"/> until somebody unlocks them; disposal then takes nothing away.
    /// Machines that were never locked are left alone anyway.
    /// </summary>
    Task KeepAsync() => Task.CompletedTask;
}

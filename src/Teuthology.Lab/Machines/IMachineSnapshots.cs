namespace Teuthology.Lab;

/// <summary>A kind of machine whose disks can be kept and given to later machines.</summary>
public interface IMachineSnapshots
{
    /// <summary>Every whole snapshot, by name.</summary>
    IReadOnlyList<MachineSnapshot> Snapshots();

    /// <summary>Keeps the disks of machines as they are at one moment: their processes stand still while they are copied. A snapshot is whole, or not there.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>; at most 64.</param>
    /// <param name="machines">Machines that are up.</param>
    /// <param name="options">What else is to be known.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; nothing half made stays.</param>
    /// <exception cref="ConfigurationException">The name makes no sense or is taken.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: no such machine, or too little space.</exception>
    Task<MachineSnapshot> SaveAsync(string name, IReadOnlyList<string> machines, SnapshotOptions options, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>The snapshot, when as many machines can begin with it now; one that holds a single machine serves any number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="machines">How many machines are to begin with it.</param>
    /// <exception cref="ConfigurationException">There is none, it holds too few machines, or it was made on another image; says how to make it anew.</exception>
    MachineSnapshot Require(string name, int machines);

    /// <summary>Brings a machine up with the disk of a snapshot, else as <see cref="IProvisioner"/> does. Nothing is copied.</summary>
    /// <param name="machine">Name of the machine.</param>
    /// <param name="snapshot">What <see cref="Require"/> gave.</param>
    /// <param name="place">Whose disk: 0 for the first machine of the snapshot.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; the half made machine is removed.</param>
    Task<Machine> StartFromAsync(string machine, MachineSnapshot snapshot, int place, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>Removes a snapshot.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ConfigurationException">There is none, or a machine uses it.</exception>
    Task RemoveSnapshotAsync(string name, CancellationToken cancellationToken);
}

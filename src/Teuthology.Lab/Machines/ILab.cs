namespace Teuthology.Lab;

/// <summary>A source of machines.</summary>
public interface ILab
{
    /// <summary>What its machines can do, found by probing the host; does not start anything.</summary>
    /// <param name="cancellationToken">Stops the probe.</param>
    Task<LabOffer> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>What its machines of a type can do; a lab with machines of one type only gives the same for all.</summary>
    /// <param name="machineType">The type; null for what a job gets that names none.</param>
    /// <param name="cancellationToken">Stops the probe.</param>
    /// <exception cref="ConfigurationException">The lab has no such type.</exception>
    Task<LabOffer> DescribeAsync(string? machineType, CancellationToken cancellationToken) => DescribeAsync(cancellationToken);

    /// <summary>
    /// Waits for <see cref="MachineRequest.Count"/> free machines, takes all of them at once or none, and gives them freshly imaged.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="progress">Told in words what is being waited for (building the image, waiting for machines); may be null.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing stays held.</param>
    /// <exception cref="TeuthologyException">Kind Configuration when the lab can never serve it, Infrastructure when machines failed.</exception>
    Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>Makes sure, before anything is locked, that machines can begin with a snapshot.</summary>
    /// <param name="name">Name of the snapshot.</param>
    /// <param name="machines">How many machines.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="ConfigurationException">They cannot; the message says why and what to do.</exception>
    Task RequireSnapshotAsync(string name, int machines, CancellationToken cancellationToken) =>
        throw new ConfigurationException($"machines cannot begin with the snapshot '{name}': this lab keeps none");

    /// <summary>The machine of that name when it is up, whoever holds it; null when the lab has no such machine.</summary>
    /// <param name="name">Its short name.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult<Machine?>(null);
}

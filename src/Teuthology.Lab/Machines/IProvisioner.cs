namespace Teuthology.Lab;

/// <summary>
/// Makes and unmakes the machines of one kind. It knows nothing of who holds them: the lab above it does.
/// What it keeps on disk is enough for another process to clean up after this one was killed.
/// </summary>
public interface IProvisioner
{
    /// <summary>Name of the kind: <c>root</c>, <c>userns</c>, <c>loopback</c>, <c>static</c>, <c>libvirt</c>, …</summary>
    string Kind { get; }

    /// <summary>Machine type under which the store keeps its machines: the kind's own name for the embedded lab, else the type that the site gave it.</summary>
    string MachineType => Kind;

    /// <summary>Machine type of one of its machines, where it has more than one.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    string MachineTypeOf(string name) => MachineType;

    /// <summary>False when the machines are there whoever wants them, so that nobody leaves any behind.</summary>
    bool MakesMachines => true;

    /// <summary>Names of the machines that it can have at once, in the lab's order: <c>n1</c>, <c>n2</c>, …</summary>
    IReadOnlyList<string> MachineNames { get; }

    /// <summary>
    /// True when a start leaves the system that a machine has, so that a job must get one whose recorded system is what it asks for.
    /// False when the start images it: then the system asked for does not decide which machine is taken, as upstream's reimageable types.
    /// </summary>
    bool KeepsSystem => false;

    /// <summary>What its machines can do here, found by cheap probes; starts nothing, needs no image.</summary>
    /// <param name="cancellationToken">Stops the probe.</param>
    /// <returns>The offer; <see cref="LabOffer.Machines"/> is 0 when this kind cannot work on this host, and the remedy says why.</returns>
    Task<LabOffer> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes what all machines share: host packages, image, keys, private network. Does nothing where it stands already;
    /// safe to call from several processes at once.
    /// </summary>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; nothing half done looks whole afterwards.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the host lacks something, and the message says the remedy.</exception>
    Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>Brings a machine up from a fresh image and waits until its sshd answers; what was left under that name goes first, so this is also a reimage.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; the half made machine is removed.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure, with the tail of the machine's console.</exception>
    Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>As <see cref="StartAsync(string, IProgress{string}?, CancellationToken)"/>, with the system that is asked for where the kind has more than one.</summary>
    /// <param name="order">The machine, its system, and for whom.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; the half made machine is removed.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure, with the tail of the machine's console; Configuration where there is no such system.</exception>
    Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken) =>
        StartAsync(order.Name, progress, cancellationToken);

    /// <summary>Takes a machine away with all that belongs to it; a machine that is not there is fine.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task StopAsync(string name, CancellationToken cancellationToken);

    /// <summary>A machine stays when this process ends, for a look, until it is stopped: whatever would take it for left behind must know.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it could not be told; the machine may go.</exception>
    Task KeepAsync(string name) => Task.CompletedTask;

    /// <summary>The machine of that name when it is up, whoever started it; null otherwise.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    Task<Machine?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>File on the controller to which the machine of that name writes what its console would show; null when there is none.</summary>
    /// <param name="name">One of <see cref="MachineNames"/>.</param>
    string? ConsoleLogOf(string name) => null;

    /// <summary>Every machine of which anything exists, up or broken; free names are not listed.</summary>
    /// <param name="cancellationToken">Stops the look.</param>
    Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken);

    /// <summary>The process ends, or needs no more machines: what it kept for its next leases goes.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task CloseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes everything away: all machines and what they share, except the cached image.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task DownAsync(CancellationToken cancellationToken);

    /// <summary>Removes what dead controllers left: machines that nobody holds, half made ones, half built images.</summary>
    /// <param name="isHeld">Tells for a machine's name whether a live owner holds it; such a machine is left alone.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What was removed, a line each.</returns>
    Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken);
}

namespace Teuthology.Lab;

/// <summary>Puts operating systems onto hosts that exist, by a service of the site.</summary>
internal interface IReimager
{
    /// <summary>Name of the kind: <c>static</c>, <c>fog</c>, <c>maas</c>, <c>pelagos</c>.</summary>
    string Kind { get; }

    /// <summary>Whether hosts get new systems, and with them new host keys.</summary>
    bool Reimages { get; }

    /// <summary>Asks the service whether it answers and lets us in.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong and how to mend it; null when nothing is.</returns>
    Task<string?> ObstacleAsync(CancellationToken cancellationToken);

    /// <summary>Puts a system onto a host and waits until the service says that it is there; on failure, and when called off, the service is told to stop.</summary>
    /// <param name="host">The host, its login user and address.</param>
    /// <param name="order">The system.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Calls it off.</param>
    /// <returns>Version that the host must turn out to have; null for the one of the order.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure, naming the call that failed.</exception>
    Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken);

    /// <summary>How long a host may take after that until its sshd answers.</summary>
    TimeSpan SshDeadline => TimeSpan.FromMinutes(10);

    /// <summary>Helps a host that still does not answer when half of that time is over.</summary>
    /// <param name="host">The host.</param>
    /// <param name="progress">Told what is done; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task NudgeAsync(Machine host, IProgress<string>? progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does what is left to do on a host whose sshd answers.</summary>
    /// <param name="host">The host, with its new key.</param>
    /// <param name="shell">Runs commands on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be done.</exception>
    Task SettleAsync(Machine host, IMachineShell shell, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Takes note that nobody needs the host any more: powers it off, parks or releases it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure, naming the call that failed.</exception>
    Task ReleaseAsync(Machine host, CancellationToken cancellationToken);
}

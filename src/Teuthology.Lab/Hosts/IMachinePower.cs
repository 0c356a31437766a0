namespace Teuthology.Lab;

/// <summary>Power switches of physical hosts, which reimagers use to have a host boot from the network.</summary>
public interface IMachinePower
{
    /// <summary>Switches a host's power and waits until it is so.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="on">On or off.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be switched.</exception>
    Task SetAsync(string host, bool on, CancellationToken cancellationToken);
}

namespace Teuthology.Lab;

/// <summary>Runs short commands on a machine that was just brought up, before any job has it.</summary>
public interface IMachineShell
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="command">For the login user's shell.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its exit status, 255 when the machine could not be reached; standard output; standard error.</returns>
    Task<(int Status, string Output, string Errors)> RunAsync(Machine machine, string command, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Public host key that the machine shows now, <c>type base64</c>, the strongest of those it has; null while it shows none.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<string?> HostKeyAsync(Machine machine, CancellationToken cancellationToken);
}

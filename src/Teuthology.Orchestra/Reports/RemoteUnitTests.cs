namespace Teuthology.Orchestra;

/// <summary>Commands that run unit tests.</summary>
public static class RemoteUnitTests
{
    /// <summary>Runs a command; when it fails its JUnit XML tells why. Upstream's <c>run_unit_test</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="command">What to run.</param>
    /// <param name="xmlPattern">The reports it writes, for the shell, such as <c>/tmp/*.xml</c>; null or empty looks at none.</param>
    /// <param name="yamlPath">YAML file here that failures are added to, or null.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="UnitTestException">It failed, and a report tells of a failure.</exception>
    /// <exception cref="CommandFailedException">It failed, and no report does.</exception>
    public static async Task<CommandResult> RunUnitTestAsync(this Remote remote, RemoteCommand command, string? xmlPattern, string? yamlPath, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(command);
        try
        {
            return await remote.RunAsync(command, ct);
        }
        catch (CommandFailedException failed) when (!string.IsNullOrEmpty(xmlPattern))
        {
            var found = await new UnitTestScanner(remote).ScanAndWriteAsync(xmlPattern, yamlPath, command.Sudo, ct);
            if (found is null)
                throw;
            throw new UnitTestException(failed.ExitStatus, remote.ShortName, command.Label, found, failed);
        }
    }
}

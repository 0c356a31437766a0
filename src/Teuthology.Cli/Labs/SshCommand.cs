using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>How to call OpenSSH's client for a machine.</summary>
internal static class SshCommand
{
    /// <summary>Arguments up to and with the destination; the user's own ssh configuration is left out, so that it cannot interfere.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="knownHosts">File with its host key.</param>
    /// <param name="proxy">Command that opens a stream to its sshd; empty when plain TCP does.</param>
    public static IEnumerable<string> Arguments(Machine machine, string knownHosts, IReadOnlyList<string> proxy)
    {
        string[] arguments =
        [
            "-F", "/dev/null", "-i", machine.IdentityFile, "-p", machine.SshPort.ToString(CultureInfo.InvariantCulture),
            .. Option("IdentitiesOnly", "yes"), .. Option("BatchMode", "yes"), .. Option("StrictHostKeyChecking", "yes"),
            .. Option("UserKnownHostsFile", '"' + knownHosts + '"'), .. Option("GlobalKnownHostsFile", "/dev/null"),
            .. Option("HostKeyAlias", machine.Name), .. Option("LogLevel", "ERROR"),
        ];
        if (proxy.Count > 0)
        {
            // ssh hands it to a shell, after its own percent signs.
            var command = string.Join(' ', proxy.Select(word => $"'{word.Replace("'", "'\\''")}'")).Replace("%", "%%");
            arguments = [.. arguments, .. Option("ProxyCommand", command)];
        }

        return [.. arguments, $"{machine.User}@{machine.Address}"];
    }

    /// <summary>Writes the machine's host key where ssh can read it.</summary>
    /// <returns>Path of the file.</returns>
    public static async Task<string> WriteKnownHostAsync(string directory, Machine machine, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, $"known_hosts.{machine.Name}");
        var draft = $"{file}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        await File.WriteAllTextAsync(draft, $"{machine.Name} {machine.HostKey}\n", cancellationToken);
        File.Move(draft, file, overwrite: true);
        return file;
    }

    private static string[] Option(string name, string value) => ["-o", $"{name}={value}"];
}

using System.Diagnostics;
using System.Globalization;

namespace Teuthology.Lab;

/// <summary>Commands on machines by the host's own <c>ssh</c> and <c>ssh-keyscan</c>.</summary>
/// <param name="launcher">Command and arguments to put before, so that it runs where the machine can be reached; empty for here.</param>
internal sealed class OpenSshShell(IReadOnlyList<string> launcher) : IMachineShell
{
    private static readonly string[] KeyTypes = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

    /// <inheritdoc/>
    public async Task<(int Status, string Output, string Errors)> RunAsync(Machine machine, string command, TimeSpan patience, CancellationToken cancellationToken)
    {
        var known = Path.Combine(Path.GetTempPath(), $"teuthology-known-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(known, $"{machine.Name} {machine.HostKey}\n", cancellationToken);
        try
        {
            string[] arguments =
            [
                "-F", "/dev/null", "-i", machine.IdentityFile, "-p", machine.SshPort.ToString(CultureInfo.InvariantCulture), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                "-o", $"StrictHostKeyChecking={(machine.HostKey is null ? "no" : "yes")}", "-o", $"UserKnownHostsFile=\"{known}\"", "-o", "GlobalKnownHostsFile=/dev/null",
                "-o", $"HostKeyAlias={machine.Name}", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15", "-o", "LogLevel=ERROR", $"{machine.User}@{machine.Address}", command,
            ];
            return await StartAsync("ssh", arguments, patience, cancellationToken);
        }
        finally
        {
            File.Delete(known);
        }
    }

    /// <inheritdoc/>
    public async Task<string?> HostKeyAsync(Machine machine, CancellationToken cancellationToken)
    {
        var (_, output, _) = await StartAsync(
            "ssh-keyscan", ["-T", "10", "-p", machine.SshPort.ToString(CultureInfo.InvariantCulture), "-t", "ed25519,ecdsa,rsa", machine.Address], TimeSpan.FromSeconds(40), cancellationToken);
        return output.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')).Where(words => words.Length >= 3)
            .Select(words => $"{words[1]} {words[2].Trim()}")
            .OrderBy(key => Array.IndexOf(KeyTypes, key.Split(' ')[0]) is var place and >= 0 ? place : KeyTypes.Length).FirstOrDefault();
    }

    private async Task<(int Status, string Output, string Errors)> StartAsync(string program, string[] arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        string[] words = [.. launcher, ToolRun.Find(program) ?? throw new TeuthologyException(FailureKind.Infrastructure, $"this host has no {program}: install openssh-client"), .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return (255, await output, $"no end within {patience.TotalSeconds:F0} s\n{await errors}");
        }

        return (process.ExitCode, await output, await errors);
    }
}

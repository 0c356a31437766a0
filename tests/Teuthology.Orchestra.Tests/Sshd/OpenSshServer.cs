using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

/// <summary>The sshd program of this machine; as root it is installed when it is missing, without starting a service.</summary>
public static class OpenSshServer
{
    public const string Program = "/usr/sbin/sshd";

    /// <summary>Null when sshd can be run, else what is missing and how to get it.</summary>
    public static Task<string?> MissingAsync() => HostPrograms.MissingAsync(Program, "openssh-server", "openssh-client");

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : output + await errors;
    }
}

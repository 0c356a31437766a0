using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

/// <summary>The sshd program of this machine; as root it is installed when it is missing, without starting a service.</summary>
public static class OpenSshServer
{
    public const string Program = "/usr/sbin/sshd";
    private const string PolicyFile = "/usr/sbin/policy-rc.d";
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Null when sshd can be run, else what is missing and how to get it.</summary>
    public static async Task<string?> MissingAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return File.Exists(Program) ? null : "sshd is missing: sudo apt-get install openssh-server";
        await OneAtATime.WaitAsync();
        try
        {
            return File.Exists(Program) ? null : await InstallAsync();
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<string?> InstallAsync()
    {
        if (!File.Exists("/usr/bin/apt-get"))
            return "sshd is missing, and so is apt-get: install OpenSSH's server";
        var ours = !File.Exists(PolicyFile);
        if (ours)
        {
            await File.WriteAllTextAsync(PolicyFile, "#!/bin/sh\nexit 101\n");
            await RunAsync("chmod", "755", PolicyFile);
        }

        try
        {
            await RunAsync("apt-get", "update", "-q");
            await RunAsync("apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "openssh-server", "openssh-client");
        }
        finally
        {
            if (ours)
                File.Delete(PolicyFile);
        }

        return File.Exists(Program) ? null : "sshd is missing and apt-get could not install it: apt-get install openssh-server";
    }

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

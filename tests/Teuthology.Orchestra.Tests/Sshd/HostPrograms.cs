namespace Teuthology.Orchestra.Tests;

/// <summary>Programs of this machine; as root their packages are installed when they are missing, without starting services.</summary>
public static class HostPrograms
{
    private const string PolicyFile = "/usr/sbin/policy-rc.d";
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Null when a program can be run, else what is missing and how to get it.</summary>
    public static async Task<string?> MissingAsync(string program, params string[] packages)
    {
        if (!Environment.IsPrivilegedProcess)
            return File.Exists(program) ? null : $"{Path.GetFileName(program)} is missing: sudo apt-get install {packages[0]}";
        await OneAtATime.WaitAsync();
        try
        {
            return File.Exists(program) ? null : await InstallAsync(program, packages);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task<string?> InstallAsync(string program, string[] packages)
    {
        var name = Path.GetFileName(program);
        if (!File.Exists("/usr/bin/apt-get"))
            return $"{name} is missing, and so is apt-get: install what has it";
        var ours = !File.Exists(PolicyFile);
        if (ours)
        {
            await File.WriteAllTextAsync(PolicyFile, "#!/bin/sh\nexit 101\n");
            await OpenSshServer.RunAsync("chmod", "755", PolicyFile);
        }

        try
        {
            await OpenSshServer.RunAsync("apt-get", "update", "-q");
            await OpenSshServer.RunAsync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", .. packages]);
        }
        finally
        {
            if (ours)
                File.Delete(PolicyFile);
        }

        return File.Exists(program) ? null : $"{name} is missing and apt-get could not install it: apt-get install {string.Join(' ', packages)}";
    }
}

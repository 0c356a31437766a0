namespace Teuthology.Lab;

/// <summary>The OpenSSH server that the nodes run; installed when we may.</summary>
internal static class LoopbackSoftware
{
    public const string Remedy = "install the SSH server for it: sudo apt-get install openssh-server";

    private const string Policy = "/usr/sbin/policy-rc.d";

    /// <summary>Path of sshd; null when it is missing.</summary>
    public static string? Sshd => ToolRun.Find("sshd");

    /// <summary>True when it is there or can be installed by us.</summary>
    public static bool Obtainable => Sshd is not null || (Environment.IsPrivilegedProcess && ToolRun.Find("apt-get") is not null);

    public static async Task EnsureAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (Sshd is null)
        {
            if (!Obtainable)
                throw new TeuthologyException(FailureKind.Infrastructure, $"there is no sshd on this host: {Remedy}");
            progress?.Report("installing openssh-server on this host");
            await InstallAsync(cancellationToken);
        }

        // Where sshd of root looks for its unprivileged half's root directory; made by the system's sshd service otherwise.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    // The system's own sshd is not to start because of us: policy-rc.d forbids it, see invoke-rc.d(8).
    private static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var ours = !File.Exists(Policy);
        try
        {
            if (ours)
            {
                await File.WriteAllTextAsync(Policy, "#!/bin/sh\nexit 101\n", cancellationToken);
                File.SetUnixFileMode(Policy, (UnixFileMode)Convert.ToInt32("755", 8));
            }

            string[] install = ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "openssh-server"];
            try
            {
                await ToolRun.RunAsync("apt-get", install, cancellationToken);
            }
            catch (TeuthologyException)
            {
                // A fresh machine has no package lists yet.
                await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "update", "-q"], cancellationToken);
                await ToolRun.RunAsync("apt-get", install, cancellationToken);
            }
        }
        finally
        {
            if (ours)
                File.Delete(Policy);
        }
    }
}

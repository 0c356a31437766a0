namespace Teuthology.Tasks;

/// <summary>How hosts are returned to a pristine state.</summary>
public sealed record NukeOptions
{
    /// <summary>Only tell what is there.</summary>
    public bool DryRun { get; init; }

    /// <summary>Restart hosts in between: what holds files and devices ends with it.</summary>
    public bool Reboot { get; init; } = true;

    /// <summary>Leave the test directory and /var/log/ceph.</summary>
    public bool KeepLogs { get; init; }

    /// <summary>Set the clocks.</summary>
    public bool SynchClocks { get; init; }

    /// <summary>Directory that jobs filled, absolute; null is <c>cephtest</c> in the login user's home.</summary>
    public string? TestDirectory { get; init; }

    /// <summary>How long a restart may take.</summary>
    public TimeSpan RebootPatience { get; init; } = TimeSpan.FromSeconds(480);
}

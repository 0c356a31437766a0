namespace Teuthology.Orchestra;

/// <summary>How a machine's IPMI controller, and where there is one its conserver, is reached; keys of <c>.teuthology.yaml</c>.</summary>
public sealed record IpmiOptions
{
    /// <summary><c>ipmi_user</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>ipmi_password</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>ipmi_domain</c>: the controller is <c>SHORTNAME.DOMAIN</c>.</summary>
    public string? Domain { get; init; }

    /// <summary><c>conserver_master</c>; with <see cref="ConserverPort"/> the console is read there.</summary>
    public string? ConserverMaster { get; init; }

    /// <summary><c>conserver_port</c>.</summary>
    public int? ConserverPort { get; init; }

    /// <summary>The programs, by their names or paths: ipmitool, console.</summary>
    public (string Ipmitool, string Console) Programs { get; init; } = ("ipmitool", "console");

    /// <summary>How long a change of power may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Pause between looks at the power.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(4);
}

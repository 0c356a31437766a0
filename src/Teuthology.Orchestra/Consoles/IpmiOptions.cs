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

    /// <summary>UDP port of the controller; null is IPMI's own, 623.</summary>
    public int? Port { get; init; }

    /// <summary>Cipher suite (<c>-C</c>) for controllers that do not tell theirs, of which ipmitool asks for ten seconds; null leaves it to ipmitool.</summary>
    public int? CipherSuite { get; init; }

    /// <summary><c>conserver_master</c>; with <see cref="ConserverPort"/> the console is read there.</summary>
    public string? ConserverMaster { get; init; }

    /// <summary><c>conserver_port</c>.</summary>
    public int? ConserverPort { get; init; }

    /// <summary><c>use_conserver</c>: false leaves conserver alone.</summary>
    public bool UseConserver { get; init; } = true;

    /// <summary>Whether a machine that was reset or cycled is waited for until its console shows the login prompt, as upstream.</summary>
    public bool WaitForLogin { get; init; } = true;

    /// <summary>The programs, by their names or paths: ipmitool, console.</summary>
    public (string Ipmitool, string Console) Programs { get; init; } = ("ipmitool", "console");

    /// <summary>How long a change of power may take, and each of the two attempts to see a login prompt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long each of the two attempts to see a login prompt takes after a power cycle.</summary>
    public TimeSpan CycleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Pause between looks at the power.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(4);

    internal bool HasConserver => UseConserver && ConserverMaster is { Length: > 0 } && ConserverPort is not null && LocalProgram.IsThere(Programs.Console);

    /// <summary>Reads a site's keys <c>ipmi_user</c>, <c>ipmi_password</c>, <c>ipmi_domain</c>, <c>conserver_master</c>, <c>conserver_port</c> and <c>use_conserver</c>.</summary>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">A key has a value of the wrong kind.</exception>
    public static IpmiOptions Of(SiteConfig site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return new IpmiOptions
        {
            User = Text("ipmi_user"),
            Password = Text("ipmi_password"),
            Domain = Text("ipmi_domain"),
            ConserverMaster = Text("conserver_master"),
            ConserverPort = site.All.Get("conserver_port") switch
            {
                null => null,
                long port and > 0 and < 65536 => (int)port,
                string text when int.TryParse(text, out var port) => port,
                _ => throw new ConfigurationException("'conserver_port' must be the number of a port", site.All.MarkOf("conserver_port")),
            },
            UseConserver = site.All.Get("use_conserver") is not false,
        };

        string? Text(string key) => site.All.Get(key) switch
        {
            null => null,
            string text => text,
            long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => throw new ConfigurationException($"'{key}' must be a text", site.All.MarkOf(key)),
        };
    }

    internal string[] Ipmitool(string host, params string[] order)
    {
        if (this is not { User: { Length: > 0 } user, Password: { Length: > 0 } password, Domain: { Length: > 0 } domain })
            throw new ConfigurationException("Must set ipmi_user, ipmi_password, and ipmi_domain in .teuthology.yaml");
        var words = new List<string> { Programs.Ipmitool, "-H", $"{host}.{domain}", "-I", "lanplus", "-U", user, "-P", password };
        if (Port is { } port)
            words.AddRange(["-p", $"{port}"]);
        if (CipherSuite is { } suite)
            words.AddRange(["-C", $"{suite}"]);
        return [.. words, .. order];
    }
}

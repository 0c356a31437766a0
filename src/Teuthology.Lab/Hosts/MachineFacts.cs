namespace Teuthology.Lab;

/// <summary>What a machine turned out to be, asked of itself.</summary>
/// <param name="OsType">Operating system as os-release(5) names it.</param>
/// <param name="OsVersion">Its version; CentOS Stream has <c>.stream</c> behind it, as upstream.</param>
/// <param name="Arch">As <c>uname -m</c> tells it.</param>
/// <param name="Features">What it can do.</param>
internal sealed record MachineFacts(string OsType, string OsVersion, string Arch, LabFeatures Features)
{
    private const string Question = """
        if [ -r /etc/os-release ]; then . /etc/os-release; fi
        echo "os $ID"; echo "version $VERSION_ID"; echo "name $NAME"; echo "arch $(uname -m)"
        if sudo -n true 2>/dev/null; then echo root yes; fi
        if [ -e /dev/fuse ]; then echo fuse yes; fi
        if [ -d /run/systemd/system ]; then echo systemd yes; fi
        if command -v apt-get >/dev/null || command -v dnf >/dev/null || command -v yum >/dev/null || command -v zypper >/dev/null; then echo packages yes; fi
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks a machine.</summary>
    /// <param name="machine">The machine; its sshd answers.</param>
    /// <param name="shell">Reaches it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be asked; the message has what ssh said.</exception>
    public static async Task<MachineFacts> AskAsync(Machine machine, IMachineShell shell, CancellationToken cancellationToken)
    {
        var (status, output, errors) = await shell.RunAsync(machine, Question, Patience, cancellationToken);
        if (status != 0 && !output.Contains("arch ", StringComparison.Ordinal))
            throw new TeuthologyException(FailureKind.Infrastructure, $"machine {machine.Name} ({SshGreeting.PlaceOf(machine)}) lets {machine.User} not run commands with the key {machine.IdentityFile}: {ToolRun.Tail(errors)}");
        var said = output.Split('\n').Select(line => line.Trim().Split(' ', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var features = LabFeatures.OwnRoot | LabFeatures.OwnNetwork
            | (said.ContainsKey("root") ? LabFeatures.Root : LabFeatures.None) | (said.ContainsKey("fuse") ? LabFeatures.Fuse : LabFeatures.None)
            | (said.ContainsKey("systemd") ? LabFeatures.Systemd : LabFeatures.None) | (said.ContainsKey("packages") ? LabFeatures.CephPackages : LabFeatures.None);
        var version = said.GetValueOrDefault("version", "");
        if (said.GetValueOrDefault("name", "").Contains("Stream", StringComparison.Ordinal) && !version.EndsWith(".stream", StringComparison.Ordinal))
            version += ".stream";
        return new MachineFacts(said.GetValueOrDefault("os", ""), version, said.GetValueOrDefault("arch", ""), features);
    }

    /// <summary>Whether the system is the one that was asked for; <c>9</c> is content with any <c>9.x</c>.</summary>
    /// <param name="osType">System that was asked for; null for any.</param>
    /// <param name="osVersion">Its version; null for any.</param>
    public bool Is(string? osType, string? osVersion) =>
        (osType is null || string.Equals(osType, OsType, StringComparison.OrdinalIgnoreCase))
        && (osVersion is null || osVersion == OsVersion || OsVersion.StartsWith(osVersion + ".", StringComparison.Ordinal));
}

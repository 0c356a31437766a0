using System.Globalization;

namespace Teuthology.Lab;

/// <summary>Settings of the embedded lab.</summary>
public sealed record LabOptions
{
    /// <summary>Which kind of machine: <c>auto</c>, <c>root</c>, <c>userns</c> or <c>loopback</c>.</summary>
    public string Kind { get; init; } = "auto";

    /// <summary>Where the state of labs and leases is kept. Two directories are two labs that don't see each other.</summary>
    public string StateDirectory { get; init; } = DefaultStateDirectory();

    /// <summary>
    /// The store of the site's machines, as <see cref="StorePlace"/> chooses it; null for the host's own. The machines of the embedded lab are
    /// always kept in the state directory: their names mean nothing to another host.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>Where images are kept.</summary>
    public string CacheDirectory { get; init; } = DefaultCacheDirectory();

    /// <summary>How many machines there may be at once, 1 to 99.</summary>
    public int MaxNodes { get; init; } = DefaultMaxNodes();

    /// <summary>How many of them may be virtual machines with a kernel of their own at once, 0 to 8; each takes 1 GB.</summary>
    public int MaxGuests { get; init; } = 2;

    /// <summary>First three numbers of the machines' addresses; the controller's side is <c>.1</c>, <c>n1</c> is <c>.11</c>.</summary>
    public string Subnet { get; init; } = "10.99.0";

    /// <summary>How long a started machine may take until its sshd answers.</summary>
    public TimeSpan SshDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a virtual machine may take until its sshd answers: an emulated one on a busy host takes minutes.</summary>
    public TimeSpan GuestDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Names of the machines: <c>n1</c> to <c>nN</c>.</summary>
    public IReadOnlyList<string> NodeNames() => [.. Enumerable.Range(1, MaxNodes).Select(i => $"n{i}")];

    /// <summary>Address of the machine <c>n&lt;index&gt;</c>.</summary>
    /// <param name="index">1 for the first machine.</param>
    public string AddressOf(int index) => $"{Subnet}.{10 + index}";

    /// <summary>Defaults, changed by TEUTHOLOGY_LAB, TEUTHOLOGY_LAB_NODES, TEUTHOLOGY_LAB_VMS and TEUTHOLOGY_STATE.</summary>
    /// <exception cref="ConfigurationException">A variable has a value that makes no sense.</exception>
    public static LabOptions FromEnvironment()
    {
        var options = new LabOptions();
        if (Variable("TEUTHOLOGY_LAB") is { } kind)
            options = options with { Kind = Known(kind) };
        if (Variable("TEUTHOLOGY_LAB_NODES") is { } nodes)
            options = options with { MaxNodes = NodeCount(nodes) };
        if (Variable("TEUTHOLOGY_LAB_VMS") is { } guests)
            options = options with { MaxGuests = GuestCount(guests) };
        return options;
    }

    private static string Known(string kind) => kind is "auto" or "root" or "userns" or "loopback"
        ? kind
        : throw new ConfigurationException($"TEUTHOLOGY_LAB is '{kind}'; it may be auto, root, userns or loopback");

    private static int NodeCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 99
            ? count
            : throw new ConfigurationException($"TEUTHOLOGY_LAB_NODES is '{text}'; it must be a number from 1 to 99");

    private static int GuestCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 8
            ? count
            : throw new ConfigurationException($"TEUTHOLOGY_LAB_VMS is '{text}'; it must be a number from 0 to 8");

    private static string DefaultStateDirectory() => Path.GetFullPath(Variable("TEUTHOLOGY_STATE")
        ?? (Environment.IsPrivilegedProcess
            ? "/var/lib/teuthology"
            : Path.Combine(Variable("XDG_STATE_HOME") ?? InHome(".local/state"), "teuthology")));

    private static string DefaultCacheDirectory() =>
        Path.GetFullPath(Path.Combine(Variable("XDG_CACHE_HOME") ?? InHome(".cache"), "teuthology"));

    // Ceph on a machine takes about 0.5 GB when busy; four machines a core is what still makes progress.
    private static int DefaultMaxNodes()
    {
        var gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return (int)Math.Clamp(Math.Min(gigabytes / 2, Environment.ProcessorCount * 4L), 3, 24);
    }

    private static string InHome(string path) =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), path);

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

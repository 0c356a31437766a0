namespace Teuthology.Lab.Tests;

/// <summary>Looks at the host for anything that a root lab might have left, without asking the product.</summary>
internal sealed class LabTraces(LabOptions options)
{
    private readonly RootLab _lab = new(options);

    public string Id => _lab.Id;

    /// <summary>Mounts, namespaces, cgroups, interfaces, processes and directories of the lab.</summary>
    public IReadOnlyList<string> Find() =>
    [
        .. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(options.StateDirectory, StringComparison.Ordinal) || l.Contains(Id, StringComparison.Ordinal)).Select(l => $"mount {l}"),
        .. Entries("/run/netns").Where(e => e.EndsWith(Id, StringComparison.Ordinal)).Select(e => $"netns {e}"),
        .. Entries("/sys/class/net").Where(e => Path.GetFileName(e) is { } n && (n.StartsWith("vn", StringComparison.Ordinal) || n == "br0")).Select(e => $"interface {e}"),
        .. new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" }.Select(d => Path.Combine(d, Id)).Where(Directory.Exists).Select(d => $"cgroup {d}"),
        .. Processes().Select(p => $"process {p}"),
        .. new[] { _lab.Directory }.Where(Directory.Exists).Select(d => $"directory {d}"),
    ];

    /// <summary>Host processes that have a file system of this lab as their root, or a file of it on their command line.</summary>
    public IEnumerable<string> Processes() => Entries("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0]) && IsOurs(p)).Select(p => $"{Path.GetFileName(p)} {Read(p, "cmdline").Replace('\0', ' ')}");

    private bool IsOurs(string process) =>
        Path.GetFileName(process) != $"{Environment.ProcessId}"
        && !IsDead(process)
        && (Read(process, "mountinfo").Contains($"upperdir={options.StateDirectory}/", StringComparison.Ordinal)
            || Read(process, "environ").Contains($"LAB_STATE={_lab.Directory}\0", StringComparison.Ordinal)
            || Read(process, "cgroup").Contains($"/{Id}/", StringComparison.Ordinal));

    // Ended, and waiting for the host's process 1 to notice: nobody can do more about it
    private static bool IsDead(string process) =>
        Read(process, "stat") is var stat && (stat.Length == 0 || stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X');

    private static IEnumerable<string> Entries(string directory) => Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

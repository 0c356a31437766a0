using System.Formats.Tar;

namespace Teuthology.Tasks;

/// <summary>
/// The scripts that workunits name: a directory on the controller. With the suites <c>S</c> it is, whichever exists first,
/// <c>S/.qa/workunits</c> or, in a Ceph source tree whose suites are <c>qa/suites</c>, the task's <c>basedir</c> from the tree's root.
/// Every executable file is a workunit; others belong to them.
/// </summary>
public sealed class WorkunitTree
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string _root;
    private readonly IReadOnlyList<string> _units;

    private WorkunitTree(string root)
    {
        _root = root;
        _units = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => (File.GetUnixFileMode(File.ResolveLinkTarget(f, returnFinalTarget: true)?.FullName ?? f) & Executable) != UnixFileMode.None)
            .Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Finds the scripts.</summary>
    /// <param name="suites">Directory of the job's suites, or null.</param>
    /// <param name="baseDirectory">The task's <c>basedir</c>.</param>
    /// <exception cref="ConfigurationException">There are none.</exception>
    public static WorkunitTree Open(string? suites, string baseDirectory)
    {
        if (suites is null)
            throw new ConfigurationException("task 'workunit': the job names no directory of suites, beside which its scripts would be");
        string[] places = [Path.Combine(suites, ".qa", Path.GetFileName(baseDirectory)), Path.GetFullPath(Path.Combine(suites, "..", "..", baseDirectory))];
        return places.FirstOrDefault(Directory.Exists) is { } root
            ? new WorkunitTree(root)
            : throw new ConfigurationException($"task 'workunit': there are no scripts; looked for the directories {string.Join(" and ", places)}");
    }

    /// <summary>The workunits that a specification names: the script itself, or every one in a directory and below, sorted.</summary>
    /// <param name="name">First word of the specification.</param>
    /// <param name="spec">The whole of it, for the error text.</param>
    /// <exception cref="ConfigurationException">None.</exception>
    public IReadOnlyList<string> Select(string name, string spec)
    {
        var prefix = name.TrimEnd('/') + "/";
        var units = _units.Where(u => u == name || u.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return units.Count > 0
            ? units
            : throw new ConfigurationException($"Spec did not match any workunits: '{spec}' (no executable file or directory '{name}' in {_root})");
    }

    /// <summary>The directories that hold these workunits, with all that is in them, as a tar archive.</summary>
    /// <param name="units">Workunits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]> PackAsync(IEnumerable<string> units, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var top in units.Select(u => u.Split('/')[0]).Distinct(StringComparer.Ordinal))
            {
                var path = Path.Combine(_root, top);
                IEnumerable<string> files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];
                foreach (var file in files)
                {
                    await using var content = File.OpenRead(file);
                    await writer.WriteEntryAsync(
                        new PaxTarEntry(TarEntryType.RegularFile, Path.GetRelativePath(_root, file)) { Mode = File.GetUnixFileMode(file), DataStream = content },
                        cancellationToken);
                }
            }
        }

        return archive.ToArray();
    }
}

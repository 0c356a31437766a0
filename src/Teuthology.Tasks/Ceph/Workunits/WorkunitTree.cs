using System.Formats.Tar;

namespace Teuthology.Tasks;

/// <summary>
/// The scripts that workunits name: a directory on the controller. With the suites <c>S</c> it is, whichever exists first, in a Ceph source tree
/// whose suites are <c>qa/suites</c>, the task's <c>basedir</c> from the tree's root, or <c>S/.qa/workunits</c>.
/// Every executable file is a workunit; others belong to them.
/// </summary>
public sealed class WorkunitTree
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string _root;
    private readonly IReadOnlyList<string> _units;
    private readonly string? _source;
    private Task<byte[]>? _packed;

    private WorkunitTree(string root, string? source)
    {
        (_root, _source) = (root, source);
        _units = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => (File.GetUnixFileMode(File.ResolveLinkTarget(f, returnFinalTarget: true)?.FullName ?? f) & Executable) != UnixFileMode.None)
            .Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Paths of all of them below that directory, sorted.</summary>
    internal IReadOnlyList<string> Units => _units;

    /// <summary>Directory of the scripts.</summary>
    internal string Root => _root;

    /// <summary>Whether <c>make</c> is to build programs beside the scripts, which then are workunits, too.</summary>
    internal bool IsBuilt => IsSource && File.Exists(Path.Combine(_root, "Makefile"));

    /// <summary>Whether archives begin at the root of a Ceph source tree, and not at the scripts.</summary>
    internal bool IsSource => _source is not null;

    /// <summary>Finds the scripts.</summary>
    /// <param name="suites">Directory of the job's suites, or null.</param>
    /// <param name="baseDirectory">The task's <c>basedir</c>.</param>
    /// <param name="task">Who asks, for the error text.</param>
    /// <exception cref="ConfigurationException">There are none.</exception>
    public static WorkunitTree Open(string? suites, string baseDirectory, string task = "workunit")
    {
        if (suites is null)
            throw new ConfigurationException($"task '{task}': the job names no directory of suites, beside which its scripts would be");
        var source = Path.GetFullPath(Path.Combine(suites, "..", ".."));
        var scripts = Path.GetFullPath(baseDirectory, source);
        if (Directory.Exists(scripts))
            return new WorkunitTree(scripts, source);
        var own = Path.Combine(suites, ".qa", Path.GetFileName(baseDirectory));
        return Directory.Exists(own)
            ? new WorkunitTree(own, null)
            : throw new ConfigurationException($"task '{task}': there are no scripts; looked for the directories {scripts} and {own}");
    }

    /// <summary>The workunits that a specification names: the script itself, or every one in a directory and below, sorted.</summary>
    /// <param name="name">First word of the specification.</param>
    /// <param name="spec">The whole of it, for the error text.</param>
    /// <exception cref="ConfigurationException">None.</exception>
    public IReadOnlyList<string> Select(string name, string spec)
    {
        return Select(_units, name) is { Count: > 0 } units
            ? units
            : throw new ConfigurationException($"Spec did not match any workunits: '{spec}' (no executable file or directory '{name}' in {_root})");
    }

    /// <summary>Those of some workunits that a name means: the one of that name, or all below it.</summary>
    internal static IReadOnlyList<string> Select(IEnumerable<string> units, string name)
    {
        var prefix = name.TrimEnd('/') + "/";
        return [.. units.Where(u => u == name || u.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The directories that hold these workunits, with all that is in them, as a tar archive; of a Ceph source tree <see cref="SourceTree"/>, compressed.</summary>
    /// <param name="units">Workunits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<byte[]> PackAsync(IEnumerable<string> units, CancellationToken cancellationToken)
    {
        if (_source is not null)
            return await (_packed ??= SourceTree.PackAsync(_source, cancellationToken));
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

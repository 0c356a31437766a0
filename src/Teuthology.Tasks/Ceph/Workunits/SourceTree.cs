using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Enumeration;

namespace Teuthology.Tasks;

/// <summary>
/// What scripts of a Ceph checkout find beside themselves: other scripts, tests, modules and schemas. Upstream clones the repository to each client; here
/// goes the part of it that scripts refer to, without what is only built or looked at.
/// </summary>
internal static class SourceTree
{
    private static readonly string[] Parts = ["qa", "examples", "doc/rados/command", "src/cephadm", "src/pybind", "src/script", "src/test", "src/tools/rbd_nbd"];
    private static readonly HashSet<string> LeftOut = new(["suites", "frontend", "node_modules", "__pycache__", ".git", ".tox"], StringComparer.Ordinal);

    /// <summary>Packs it; links stay links.</summary>
    /// <param name="root">Root of the checkout.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A tar archive, compressed by gzip; paths are from the root.</returns>
    public static async Task<byte[]> PackAsync(string root, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        await using (var compressed = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
        await using (var writer = new TarWriter(compressed, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var file in Files(root).Order(StringComparer.Ordinal))
                await writer.WriteEntryAsync(Path.Combine(root, file), file, cancellationToken);
        }

        return archive.ToArray();
    }

    private static IEnumerable<string> Files(string root)
    {
        var source = Path.Combine(root, "src");
        var single = Directory.Exists(source) ? Directory.EnumerateFiles(source) : [];
        return single.Concat(Parts.Select(part => Path.Combine(root, part)).Where(Directory.Exists).SelectMany(Below)).Select(file => Path.GetRelativePath(root, file));
    }

    private static IEnumerable<string> Below(string directory) =>
        new FileSystemEnumerable<string>(directory, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => IsLink(ref entry) || !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !LeftOut.Contains(entry.FileName.ToString()),
        };

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}

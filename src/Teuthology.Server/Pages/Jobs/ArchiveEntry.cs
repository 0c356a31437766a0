namespace Teuthology.Server;

/// <summary>A file of a job's archive.</summary>
/// <param name="Path">Inside the archive, with <c>/</c>.</param>
/// <param name="Length">Bytes.</param>
internal sealed record ArchiveEntry(string Path, long Length)
{
    private const int Most = 500;

    /// <summary>The files of an archive, at most 500; links lead elsewhere and are left out.</summary>
    public static IReadOnlyList<ArchiveEntry> List(string archive)
    {
        if (!Directory.Exists(archive))
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 8 };
        return
        [
            .. new DirectoryInfo(archive).EnumerateFiles("*", options).Take(Most)
                .Select(file => new ArchiveEntry(System.IO.Path.GetRelativePath(archive, file.FullName), file.Length))
                .OrderBy(file => file.Path.Count(c => c == '/')).ThenBy(file => file.Path, StringComparer.Ordinal),
        ];
    }
}

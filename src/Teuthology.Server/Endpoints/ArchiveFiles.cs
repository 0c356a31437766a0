using Teuthology.Files;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The files of jobs' archives, and nothing beside them: a link that leads out of an archive is not followed.</summary>
/// <param name="roots">
/// Directories that hold all archives: a job's path comes from whoever told of the job. Where there is none, no file is given.
/// </param>
internal sealed class ArchiveFiles(IReadOnlyList<string> roots)
{
    private readonly List<string> _roots = [.. roots.Select(root => Real(Path.GetFullPath(root))).OfType<string>()];

    /// <summary>Opens a file of a job's archive; null when there is none, or when it is outside.</summary>
    public FileStream? Open(JobRecord job, string path) => Find(job, path) is FileInfo file
        ? new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true)
        : null;

    /// <summary>A file or directory of a job's archive; null when there is none, or when it is outside.</summary>
    public FileSystemInfo? Find(JobRecord job, string path)
    {
        if (job.ArchivePath is not { } archive || !Path.IsPathFullyQualified(archive) || archive.Contains('\0') || path.Contains('\0'))
            return null;
        if (path.Split('/').Any(part => part is ".." or "."))
            return null;
        var (top, wanted) = (Real(archive), Real(Path.Combine(archive, path.Trim('/'))));
        if (top is null || wanted is null || !Directory.Exists(top) || !_roots.Exists(root => IsWithin(top, root)) || !IsWithin(wanted, top))
            return null;
        if (Directory.Exists(wanted))
            return new DirectoryInfo(wanted);

        // No pipes and devices: reading them may never end.
        return PlainFile.KindOf(wanted) == FileKind.File ? new FileInfo(wanted) : null;
    }

    private static bool IsWithin(string path, string top) => path == top || path.StartsWith(top.TrimEnd('/') + "/", StringComparison.Ordinal);

    // The path without any link on its way; null when a link leads nowhere.
    private static string? Real(string path)
    {
        var real = "/";
        var left = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > 40)
                return null;
            if (target.StartsWith('/'))
                real = "/";
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                left.Push(step);
        }

        return real;
    }
}

using System.Net.Mime;

namespace Teuthology.Server;

/// <summary>A file out of an archive, as text or to be saved, and never anything that a browser would run.</summary>
/// <param name="path">The file, looked at by <see cref="Find"/>.</param>
internal sealed class ArchiveFile(string path) : IResult
{
    private static readonly string[] Texts = [".log", ".yaml", ".yml", ".txt", ".json", ".jsonl", ".conf", ".stdout", ".stderr", ""];

    /// <summary>The full path of a file of an archive; null when there is none, or when it leads elsewhere.</summary>
    /// <param name="archive">The archive's directory.</param>
    /// <param name="inside">Path in it, from outside.</param>
    public static string? Find(string archive, string inside)
    {
        if (inside.Contains('\0', StringComparison.Ordinal))
            return null;
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(archive));
        var full = Path.GetFullPath(Path.Combine(root, inside));
        if (!full.StartsWith(root + "/", StringComparison.Ordinal))
            return null;

        // A link inside may point anywhere; neither it nor what is behind it is given.
        for (var at = full; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null)
                return null;
        }

        return File.Exists(full) ? full : null;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var text = Array.IndexOf(Texts, Path.GetExtension(path)) >= 0;
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
        return Microsoft.AspNetCore.Http.Results
            .Stream(file, text ? "text/plain; charset=utf-8" : MediaTypeNames.Application.Octet, text ? null : Path.GetFileName(path), enableRangeProcessing: true)
            .ExecuteAsync(httpContext);
    }
}

using System.Net.Mime;

namespace Teuthology.Server;

/// <summary>A file out of an archive, as text or to be saved, and never anything that a browser would run.</summary>
/// <param name="path">The file, as <see cref="ArchiveFiles"/> found it.</param>
internal sealed class ArchiveFile(string path) : IResult
{
    private static readonly string[] Texts = [".log", ".yaml", ".yml", ".txt", ".json", ".jsonl", ".conf", ".stdout", ".stderr", ""];

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

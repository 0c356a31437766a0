using System.Text.Json.Nodes;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/archive/RUN/JOB/…</c>: the files of a job's archive, and what a directory of it holds.</summary>
internal static class ArchiveEndpoints
{
    private const int MostEntries = 5000;
    private static readonly FileExtensionContentTypeProvider Types = new();

    // What a browser may show: anything else it is to save, or to show as text. Markup of a job is nobody's page.
    private static readonly string[] Shown = ["image/png", "image/jpeg", "image/gif", "application/json", "application/pdf"];
    private static readonly string[] Saved = [".gz", ".xz", ".zst", ".bz2", ".tar", ".tgz", ".zip", ".core", ".rpm", ".deb"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/archive/{run}/{id}/{**path}", ["GET", "HEAD"], GetAsync);

    private static async Task<IResult> GetAsync(
        string run, string id, string? path, HttpContext context, ResultsStore store, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        (run, id, path) = (Segments.Read(run), Segments.Read(id), Segments.Read(path ?? ""));
        if (await store.JobAsync(run, id, cancellationToken) is not { } job || archives.Find(job, path) is not { } found)
            return Reply.NotFound("there is no such file in the archive of such a job");
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (found is DirectoryInfo directory)
            return Reply.Json(List(directory));
        if (archives.Open(job, path) is not { } file)
            return Reply.NotFound("there is no such file in the archive of such a job");
        var extension = Path.GetExtension(found.Name).ToLowerInvariant();
        if (Saved.Contains(extension))
            return Microsoft.AspNetCore.Http.Results.File(file, "application/octet-stream", found.Name, lastModified: Modified(found), enableRangeProcessing: true);
        var type = Types.TryGetContentType(found.Name, out var known) && Shown.Contains(known) ? known : "text/plain; charset=utf-8";
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        return Microsoft.AspNetCore.Http.Results.File(file, type, lastModified: Modified(found), enableRangeProcessing: true);
    }

    // Links are left out: what they lead to is served at its own place, if it is inside.
    private static JsonObject List(DirectoryInfo directory) => new()
    {
        ["entries"] = new JsonArray([.. directory.EnumerateFileSystemInfos()
            .Where(entry => entry.LinkTarget is null)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Take(MostEntries)
            .Select(entry => new JsonObject
            {
                ["name"] = entry.Name,
                ["type"] = entry is DirectoryInfo ? "directory" : "file",
                ["size"] = entry is FileInfo file ? file.Length : null,
                ["modified"] = WireTime.Write(entry.LastWriteTimeUtc),
            })]),
    };

    private static DateTimeOffset Modified(FileSystemInfo file) => new(file.LastWriteTimeUtc, TimeSpan.Zero);
}

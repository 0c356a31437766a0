using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Lab;

/// <summary>Files from URLs, downloaded once, checked, and kept.</summary>
/// <param name="directory">Where they are kept.</param>
/// <param name="http">Client; its own timeout counts for the answer's head only.</param>
/// <param name="time">Clock of the progress lines.</param>
internal sealed class ImageCache(string directory, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Telling = TimeSpan.FromSeconds(5);

    /// <summary>How long a download may go without a byte.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gives a file. One of this host is taken where it is; one of a server is downloaded unless it is there already.</summary>
    /// <param name="url"><c>http://…</c>, <c>https://…</c>, <c>file:///…</c> or a path.</param>
    /// <param name="checksum">SHA-256 or SHA-512 in hexadecimal; null checks nothing.</param>
    /// <param name="progress">Told how far it is; may be null.</param>
    /// <param name="cancellationToken">Stops it; what came so far is gone.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it cannot be had, or is another file than the checksum says.</exception>
    public async Task<string> GetAsync(string url, string? checksum, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (LocalPath(url) is { } path)
        {
            if (!File.Exists(path))
                throw new TeuthologyException(FailureKind.Infrastructure, $"the image {url} is not there: no file {path}");
            await CheckOnceAsync(url, path, checksum, cancellationToken);
            return path;
        }

        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{url}\n{checksum}")))[..16]}-{SafeName(url)}");
        if (File.Exists(file))
            return file;
        using var held = await FileLock.TakeAsync($"{file}.lock", () => progress?.Report($"waiting for another process that downloads {url}"), cancellationToken);
        if (File.Exists(file))
            return file;
        var part = $"{file}.part";
        try
        {
            await DownloadAsync(url, part, progress, cancellationToken);
            await CheckAsync(url, part, checksum, cancellationToken);
            File.Move(part, file);
        }
        finally
        {
            File.Delete(part);
        }

        return file;
    }

    /// <summary>The path that a URL means on this host; null for one of a server.</summary>
    public static string? LocalPath(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && !parsed.IsFile ? null : parsed?.LocalPath ?? Section.FullPath(url, null);

    private async Task DownloadAsync(string url, string part, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new TeuthologyException(FailureKind.Infrastructure, $"the image {url} cannot be downloaded: the server answers {(int)answer.StatusCode} {answer.ReasonPhrase}");
            await using var source = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await using var target = File.Create(part);
            await CopyAsync(source, target, url, answer.Content.Headers.ContentLength, progress, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            var why = e is OperationCanceledException ? $"no byte within {Stall.TotalSeconds:F0} s" : e.Message;
            throw new TeuthologyException(FailureKind.Infrastructure, $"the image {url} cannot be downloaded: {why}", e);
        }
    }

    private async Task CopyAsync(Stream source, Stream target, string url, long? length, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 20];
        progress?.Report($"downloading {url}{(length is { } all ? $" ({Megabytes(all)})" : "")}");
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (told, done) = (time.GetTimestamp(), 0L);
        for (; ;)
        {
            stall.CancelAfter(Stall);
            if (await source.ReadAsync(buffer, stall.Token) is var count && count == 0)
                break;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            done += count;
            if (time.GetElapsedTime(told) < Telling)
                continue;
            told = time.GetTimestamp();
            progress?.Report($"downloading {url}: {Megabytes(done)}{(length is > 0 ? $" of {Megabytes(length.Value)}, {(100 * done / length.Value).ToString(CultureInfo.InvariantCulture)} %" : "")}");
        }

        if (length is { } whole && done != whole)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the image {url} cannot be downloaded: {done} of {whole} bytes came");
    }

    // A local file may be many gigabytes: what was checked is noted, by size and time.
    private async Task CheckOnceAsync(string url, string path, string? checksum, CancellationToken cancellationToken)
    {
        if (checksum is null)
            return;
        var file = new FileInfo(path);
        Directory.CreateDirectory(directory);
        var note = Path.Combine(directory, $"checked-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n{checksum}")))[..16]}");
        if (File.Exists(note))
            return;
        await CheckAsync(url, path, checksum, cancellationToken);
        await File.WriteAllTextAsync(note, "", cancellationToken);
    }

    private static async Task CheckAsync(string url, string path, string? checksum, CancellationToken cancellationToken)
    {
        if (checksum is null)
            return;
        await using var stream = File.OpenRead(path);
        var name = checksum.Length == 128 ? "SHA-512" : "SHA-256";
        var found = Convert.ToHexStringLower(checksum.Length == 128 ? await SHA512.HashDataAsync(stream, cancellationToken) : await SHA256.HashDataAsync(stream, cancellationToken));
        if (found != checksum)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the image {url} is not the one that is meant: Image {name} did not match: it is {found}, not {checksum}");
    }

    private static string SafeName(string url) => string.Concat(url.Split('?')[0].Split('/')[^1].Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));

    private static string Megabytes(long bytes) => $"{(bytes / 1e6).ToString("F0", CultureInfo.InvariantCulture)} MB";
}

using System.Runtime.InteropServices;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Content of files on a host, one command each.</summary>
public static class RemoteFiles
{
    private const int NotThere = 66;

    /// <summary>
    /// Writes a file, by way of a temporary file beside it that is then renamed. To add to it, or with <see cref="RemoteFileOptions.BlockSize"/>
    /// or <see cref="RemoteFileOptions.Offset"/>, it is written in place.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content, read to its end.</param>
    /// <param name="options">Sudo, mode, owner, directory, place.</param>
    /// <param name="ct">Gives up; the old file then stays, unless it is written in place.</param>
    /// <exception cref="ArgumentException">Owner without sudo: <c>To specify perms or owner, sudo must be True</c>.</exception>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task WriteFileAsync(this Remote remote, string path, Stream content, RemoteFileOptions? options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        options ??= new RemoteFileOptions();
        if (options.Owner is not null && !options.Sudo && remote.User != "root")
            throw new ArgumentException("To specify perms or owner, sudo must be True", nameof(options));
        long? length = content.CanSeek ? content.Length - content.Position : null;
        var command = RemoteCommand.Posix(WriteScript(path, length, options)) with
        {
            Sudo = options.Sudo, Quiet = true, Label = $"write {path}", StdinFrom = content,
        };
        await remote.RunAsync(command, ct);
    }

    /// <summary>Writes bytes; see the overload for streams.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content.</param>
    /// <param name="options">Sudo, mode, owner, directory, place.</param>
    /// <param name="ct">Gives up; the old file then stays, unless it is written in place.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static Task WriteFileAsync(this Remote remote, string path, ReadOnlyMemory<byte> content, RemoteFileOptions? options, CancellationToken ct) =>
        remote.WriteFileAsync(path, AsStream(content), options, ct);

    /// <summary>Writes a text file in UTF-8; see the overload for streams.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content.</param>
    /// <param name="options">Sudo, mode, owner, directory, place.</param>
    /// <param name="ct">Gives up; the old file then stays, unless it is written in place.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static Task WriteFileAsync(this Remote remote, string path, string content, RemoteFileOptions? options, CancellationToken ct) =>
        remote.WriteFileAsync(path, Encoding.UTF8.GetBytes(content), options, ct);

    /// <summary>Writes a text file as root; upstream's <c>sudo_write_file</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Where to.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">As chmod takes it, or null.</param>
    /// <param name="owner">As chown takes it, or null.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static Task SudoWriteFileAsync(this Remote remote, string path, string content, string? mode, string? owner, CancellationToken ct) =>
        remote.WriteFileAsync(path, content, new RemoteFileOptions { Sudo = true, Mode = mode, Owner = owner }, ct);

    /// <summary>Reads a whole file.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there: <c>Cannot find file on the remote 'USER@HOST': 'PATH'</c>.</exception>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static Task<byte[]> ReadFileAsync(this Remote remote, string path, bool sudo, CancellationToken ct) => remote.ReadPartAsync(path, 0, null, sudo, ct);

    /// <summary>Reads a part of a file. Upstream's <c>offset</c> and <c>length</c> of <c>read_file</c> always fail there.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes at most; null is to the end.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there: <c>Cannot find file on the remote 'USER@HOST': 'PATH'</c>.</exception>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static async Task<byte[]> ReadPartAsync(this Remote remote, string path, long offset, long? length, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var content = new MemoryStream();
        await ReadToAsync(remote, path, content, ReadScript(path, offset, length), sudo, ct);
        return content.ToArray();
    }

    /// <summary>Copies a file from here, atomically.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="localPath">From.</param>
    /// <param name="remotePath">To.</param>
    /// <param name="mode">As chmod takes it, or null.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    /// <exception cref="IOException">It cannot be read here.</exception>
    public static async Task PutFileAsync(this Remote remote, string localPath, string remotePath, string? mode, CancellationToken ct)
    {
        await using var content = new FileStream(localPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await remote.WriteFileAsync(remotePath, content, new RemoteFileOptions { Mode = mode }, ct);
    }

    /// <summary>Copies a file from one host to another, through here, read and written as root; upstream's <c>misc.copy_file</c>.</summary>
    /// <param name="from">From.</param>
    /// <param name="fromPath">The file.</param>
    /// <param name="to">To.</param>
    /// <param name="toPath">Where; null is the same path.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="CommandFailedException">It cannot be read or written.</exception>
    public static async Task CopyToAsync(this Remote from, string fromPath, Remote to, string? toPath, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(from);
        var local = Path.GetTempFileName();
        try
        {
            await from.GetFileAsync(fromPath, local, sudo: true, ct);
            await using var content = File.OpenRead(local);
            await to.WriteFileAsync(toPath ?? fromPath, content, new RemoteFileOptions { Sudo = true }, ct);
        }
        finally
        {
            File.Delete(local);
        }
    }

    /// <summary>Copies a file from a host to here. Its size goes to the log: <c>HOST:PATH is 2KB</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">From.</param>
    /// <param name="localPath">To.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static async Task GetFileAsync(this Remote remote, string path, string localPath, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        await using var file = new FileStream(localPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        await ReadToAsync(remote, path, file, ReadScript(path, 0, null), sudo, ct);
        RemoteLog.Detail(remote.Log, $"{remote.ShortName}:{path} is {ByteSize.Format(file.Length)}");
    }

    /// <summary>Copies a file from a host into a directory here; upstream's <c>get_file(path, sudo, dest_dir)</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">From.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="directory">Where to. In <c>/tmp</c>, upstream's default, the file gets a new name, elsewhere its own.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Path of the file here.</returns>
    /// <exception cref="IOException"><c>DIR is not a directory</c>, or it cannot be written there.</exception>
    /// <exception cref="FileNotFoundException">The file is not on the host.</exception>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static async Task<string> GetFileIntoAsync(this Remote remote, string path, bool sudo, string directory, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(directory))
            throw new IOException($"{directory} is not a directory");
        var local = Path.Combine(directory, directory == "/tmp" ? Path.GetRandomFileName() : path[(path.LastIndexOf('/') + 1)..]);
        try
        {
            await remote.GetFileAsync(path, local, sudo, ct);
        }
        catch (Exception error) when (error is FileNotFoundException or TeuthologyException)
        {
            File.Delete(local);
            throw;
        }

        return local;
    }

    /// <summary>As dd gives it: a file that may not be seen is not a missing one, cat then tells why.</summary>
    private static string ReadScript(string path, long offset, long? length)
    {
        var file = ShellQuote.Quote(Anchor(path));
        var look = $"[ -e {file} ] || case $(LC_ALL=C ls -d {file} 2>&1) in *'No such file'*) exit {NotThere} ;; esac\n";
        if (offset == 0 && length is null)
            return $"{look}exec cat {file}";
        return $"{look}[ -r {file} ] || exec cat {file}\ntail -c +{offset + 1} {file}{(length is { } most ? $" | head -c {most}" : "")}";
    }

    private static async Task ReadToAsync(Remote remote, string path, Stream to, string script, bool sudo, CancellationToken ct)
    {
        try
        {
            await remote.RunAsync(RemoteCommand.Posix(script) with { Sudo = sudo, StdoutTo = to, Quiet = true, Label = $"read {path}" }, ct);
        }
        catch (CommandFailedException missing) when (missing.ExitStatus == NotThere)
        {
            throw new FileNotFoundException($"Cannot find file on the remote '{remote.Name}': {PythonRepr.Of(path)}", path, missing);
        }
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);

    /// <summary>A path that no program takes for an option.</summary>
    internal static string Anchor(string path) => path.StartsWith('-') ? "./" + path : path;

    private static string WriteScript(string path, long? length, RemoteFileOptions options)
    {
        path = Anchor(path);
        var inPlace = options.Append || options.ByBlocks;
        var script = new StringBuilder("set -e\n").Append(MakeDirectory(path, options));
        script.Append("f=").Append(ShellQuote.Quote(path)).Append('\n');
        if (options.ByBlocks)
            script.Append(Blocks(options));
        else if (options.Append)
            script.Append("cat >>\"$f\"\n");
        else
            AppendReplacement(script, length);
        var written = inPlace ? "$f" : "$t";
        script.Append(Finish(written, options));
        if (options.Sync)
            script.Append("sync \"").Append(written).Append("\"\n");
        if (!inPlace)
            script.Append("[ \"$t\" = \"$f\" ] || mv -fT \"$t\" \"$f\"\ntrap - EXIT\n");
        return script.ToString();
    }

    internal static string MakeDirectory(string path, RemoteFileOptions options) =>
        options.Mkdir ? $"mkdir -p {ShellQuote.Quote(path.LastIndexOf('/') switch { < 0 => ".", 0 => "/", var slash => path[..slash] })}\n" : "";

    internal static string Finish(string written, RemoteFileOptions options) =>
        (options.Mode is { } mode ? $"chmod {ShellQuote.Quote(mode)} \"{written}\"\n" : "") + (options.Owner is { } owner ? $"chown {ShellQuote.Quote(owner)} \"{written}\"\n" : "");

    private static string Blocks(RemoteFileOptions options) =>
        "dd of=\"$f\" status=none"
        + (options.Append ? " conv=notrunc oflag=append" : "")
        + (options.BlockSize is { } size ? $" bs={ShellQuote.Quote(size)}" : "")
        + (options.Offset is { } blocks ? $" seek={blocks}" : "")
        + "\n";

    /// <summary>
    /// A link is written through. The kernel's file systems and directories that take no new file get the content in place. The length is
    /// checked because a lost connection looks like the end of input.
    /// </summary>
    private static void AppendReplacement(StringBuilder script, long? length) => script.Append(
        $$"""
        [ ! -L "$f" ] || f=$(readlink -f "$f")
        t=
        case $f in /proc/* | /sys/* | /dev/*) ;; *) [ -d "$f" ] || t=$(mktemp "$f.XXXXXX" 2>/dev/null) || t= ;; esac
        if [ -n "$t" ]; then
            trap 'rm -f "$t"' EXIT
            cat >"$t"
            {{(length is { } bytes ? $"[ \"$(stat -c %s \"$t\")\" = {bytes} ] || {{ echo \"input ended early\" >&2; exit 1; }}" : "")}}
            if [ -e "$f" ]; then chmod --reference="$f" "$t"; chown --reference="$f" "$t" 2>/dev/null || :
            else u=$(umask); chmod "$(printf %o $((0666 & ~0$u)))" "$t"; fi
        else
            t=$f
            cat >"$f"
        fi

        """);
}

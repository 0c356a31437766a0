using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>Files and directories of a host, each by one command.</summary>
public static class RemotePaths
{
    /// <summary>Makes an empty file of a new name, with <paramref name="data"/> if given.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="suffix">End of its name.</param>
    /// <param name="directory">Where; null is the host's own choice.</param>
    /// <param name="data">Its content.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Its path.</returns>
    public static async Task<string> MakeTempFileAsync(this Remote remote, string suffix, string? directory, string? data, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(suffix);
        var words = new List<string> { "mktemp" };
        if (suffix.Length > 0)
            words.Add("--suffix=" + suffix);
        if (directory is not null)
            words.Add("--tmpdir=" + directory);
        var path = await LineAsync(remote, words, ct).ConfigureAwait(false);
        if (data is not null)
            await remote.WriteFileAsync(path, data, options: null, ct).ConfigureAwait(false);
        return path;
    }

    /// <summary>Makes a directory of a new name.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="directory">Where; null is the host's own choice.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Its path.</returns>
    public static Task<string> MakeTempDirectoryAsync(this Remote remote, string? directory, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return LineAsync(remote, directory is null ? ["mktemp", "-d"] : ["mktemp", "-d", "--tmpdir=" + directory], ct);
    }

    /// <summary>Removes files and directories with all that is in them; what is not there is no error.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be removed.</exception>
    public static Task RemoveAsync(this Remote remote, string path, bool sudo, CancellationToken ct) => RunAsync(remote, sudo, ct, "rm", "-fr", "--", path);

    /// <summary>Changes a mode.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Whose.</param>
    /// <param name="mode">As chmod takes it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be changed.</exception>
    public static Task ChangeModeAsync(this Remote remote, string path, string mode, CancellationToken ct) => RunAsync(remote, sudo: true, ct, "chmod", mode, "--", path);

    /// <summary>Changes an owner.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Whose.</param>
    /// <param name="owner">As chown takes it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be changed.</exception>
    public static Task ChangeOwnerAsync(this Remote remote, string path, string owner, CancellationToken ct) => RunAsync(remote, sudo: true, ct, "chown", owner, "--", path);

    /// <summary>Copies a file within a host.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="from">From.</param>
    /// <param name="to">To.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be copied.</exception>
    public static Task CopyAsync(this Remote remote, string from, string to, bool sudo, CancellationToken ct) => RunAsync(remote, sudo, ct, "cp", "--", from, to);

    /// <summary>Moves a file within a host.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="from">From.</param>
    /// <param name="to">To; with <paramref name="keepMode"/> what is there gives mode and owner.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="keepMode">Give the moved file the mode and owner of the one it replaces.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be moved.</exception>
    public static async Task MoveAsync(this Remote remote, string from, string to, bool sudo, bool keepMode, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var (f, t) = (ShellQuote.Quote(RemoteFiles.Anchor(from)), ShellQuote.Quote(RemoteFiles.Anchor(to)));
        var keep = keepMode ? $"[ ! -e {t} ] || {{ chmod --reference={t} {f} && chown --reference={t} {f}; }} || exit\n" : "";
        await remote.RunAsync(RemoteCommand.Posix($"{keep}exec mv -f {f} {t}") with { Sudo = sudo, Label = $"move {from}" }, ct).ConfigureAwait(false);
    }

    /// <summary>Reads a part of a file.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes at most; null is to the end.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    public static async Task<byte[]> ReadPartAsync(this Remote remote, string path, long offset, long? length, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var content = new MemoryStream();
        var cut = length is { } most ? string.Create(CultureInfo.InvariantCulture, $" | head -c {most}") : "";
        var script = string.Create(CultureInfo.InvariantCulture, $"[ -r {ShellQuote.Quote(RemoteFiles.Anchor(path))} ] || exec cat {ShellQuote.Quote(RemoteFiles.Anchor(path))}\ntail -c +{offset + 1} {ShellQuote.Quote(RemoteFiles.Anchor(path))}{cut}");
        await remote.RunAsync(RemoteCommand.Posix(script) with { Sudo = sudo, StdoutTo = content, Quiet = true, Label = $"read {path}" }, ct).ConfigureAwait(false);
        return content.ToArray();
    }

    /// <summary>Copies a file from a host to here.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">From.</param>
    /// <param name="localPath">To.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static async Task GetFileAsync(this Remote remote, string path, string localPath, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var file = new FileStream(localPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        await using (file.ConfigureAwait(false))
            await remote.RunAsync(RemoteCommand.Args("cat", RemoteFiles.Anchor(path)) with { Sudo = sudo, StdoutTo = file, Quiet = true, Label = $"get {path}" }, ct).ConfigureAwait(false);
    }

    /// <summary>Copies a directory from a host into one tar file here, empty directories and links included.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">The directory.</param>
    /// <param name="localPath">The tar file.</param>
    /// <param name="compress">Whether with gzip.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static async Task GetTarAsync(this Remote remote, string path, string localPath, bool compress, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var file = new FileStream(localPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        await using (file.ConfigureAwait(false))
        {
            var command = RemoteCommand.Args("tar", compress ? "cz" : "c", "-f", "-", "-C", path, "--", ".");
            await remote.RunAsync(command with { Sudo = sudo, StdoutTo = file, Quiet = true, Label = $"get {path}" }, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Whether something is mounted at a path.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Mount point.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<bool> IsMountedAsync(this Remote remote, string path, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(path);
        var mounts = await remote.ReadFileAsync("/proc/self/mounts", sudo: false, ct).ConfigureAwait(false);
        var shown = path.Replace("\\", "\\134").Replace(" ", "\\040").Replace("\t", "\\011").Replace("\n", "\\012");
        return System.Text.Encoding.UTF8.GetString(mounts).Split('\n').Any(line => line.Split(' ') is [_, var point, ..] && point == shown);
    }

    private static async Task<string> LineAsync(Remote remote, IEnumerable<string> words, CancellationToken ct) =>
        (await remote.RunAsync(RemoteCommand.Args(words) with { Quiet = true }, ct).ConfigureAwait(false)).Stdout.TrimEnd('\n');

    private static async Task RunAsync(Remote remote, bool sudo, CancellationToken ct, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(remote);
        await remote.RunAsync(RemoteCommand.Args(words) with { Sudo = sudo }, ct).ConfigureAwait(false);
    }
}

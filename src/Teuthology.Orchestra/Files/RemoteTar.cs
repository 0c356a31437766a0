using System.Formats.Tar;

namespace Teuthology.Orchestra;

/// <summary>Directories as tar streams: from a host to here, and from here to a host.</summary>
public static class RemoteTar
{
    /// <summary>
    /// Copies the regular files below a directory to here, by their munged names (<see cref="SafePath"/>). Directories without files vanish, as
    /// upstream; links and devices are left out with a note in the log: <c>Ignoring tar entry: './x' type 'symlink'</c>.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="remoteDirectory">From.</param>
    /// <param name="localDirectory">To; made if it is not there.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up; files copied so far stay.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static Task PullDirectoryAsync(this Remote remote, string remoteDirectory, string localDirectory, bool sudo, CancellationToken ct) =>
        remote.PullDirectoryAsync(remoteDirectory, localDirectory, sudo, null, ct);

    /// <summary>As the other overload; what becomes of each file is the caller's; upstream's <c>write_to</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="remoteDirectory">From.</param>
    /// <param name="localDirectory">To; made if it is not there.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="writeTo">Gets the tar entry with the content, and the path here, whose directory is there; null writes the file.</param>
    /// <param name="ct">Gives up; files copied so far stay.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static Task PullDirectoryAsync(this Remote remote, string remoteDirectory, string localDirectory, bool sudo, Action<TarEntry, string>? writeTo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return new DirectoryPull(remote, localDirectory, writeTo).RunAsync(remoteDirectory, sudo, ct);
    }

    /// <summary>Copies a directory into one gzipped tar file here, read as root; upstream's <c>pull_directory_tarball</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="remoteDirectory">The directory.</param>
    /// <param name="localFile">The tar file.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    public static Task PullTarballAsync(this Remote remote, string remoteDirectory, string localFile, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        RemoteLog.Detail(remote.Log, $"Transferring archived files from {remote.ShortName}:{remoteDirectory} to {localFile}");
        return remote.GetTarAsync(remoteDirectory, localFile, compress: true, sudo: true, ct);
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
        await using var file = new FileStream(localPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        await remote.RunAsync(Pack(path, compress, sudo) with { StdoutTo = file }, ct);
    }

    /// <summary>Starts to pack a directory of a host; upstream's <c>get_tar_stream</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">The directory.</param>
    /// <param name="compress">Whether with gzip.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up starting it.</param>
    /// <returns>tar, whose <see cref="RemoteProcess.Stdout"/> is the archive.</returns>
    /// <exception cref="ConnectionLostException">No connection can be had.</exception>
    public static Task<RemoteProcess> GetTarStreamAsync(this Remote remote, string path, bool compress, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return remote.StartAsync(Pack(path, compress, sudo) with { StdoutPipe = true }, ct);
    }

    /// <summary>Copies a directory from here to a host with its modes, links and empty directories, over what is there. Not in upstream.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="localDirectory">From.</param>
    /// <param name="remoteDirectory">To; made if it is not there. Its own mode stays.</param>
    /// <param name="sudo">Write as root; the files are root's then.</param>
    /// <param name="ct">Gives up; files copied so far stay.</param>
    /// <exception cref="DirectoryNotFoundException">It is not there.</exception>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task PushDirectoryAsync(this Remote remote, string localDirectory, string remoteDirectory, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        if (!Directory.Exists(localDirectory))
            throw new DirectoryNotFoundException($"No such directory here: {localDirectory}");
        var to = ShellQuote.Quote(RemoteFiles.Anchor(remoteDirectory));
        var command = RemoteCommand.Posix($"mkdir -p {to} && exec tar -x -f - --no-same-owner --no-overwrite-dir -C {to}");
        await using var process = await remote.StartAsync(command with { Sudo = sudo, StdinPipe = true, Label = $"push {remoteDirectory}" }, ct);
        try
        {
            await using var input = process.Stdin;
            await using var tar = new TarWriter(input, TarEntryFormat.Pax, leaveOpen: true);
            await AddAsync(tar, new DirectoryInfo(localDirectory), "", ct);
        }
        catch (IOException) when (process.Finished)
        {
            // tar tells why it ended.
        }

        await process.WaitAsync(ct);
    }

    /// <summary>The framework's own way leaves out names that begin with a dot.</summary>
    private static async Task AddAsync(TarWriter tar, DirectoryInfo directory, string prefix, CancellationToken ct)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            await tar.WriteEntryAsync(entry.FullName, prefix + entry.Name, ct);
            if (entry is DirectoryInfo { LinkTarget: null } below)
                await AddAsync(tar, below, $"{prefix}{entry.Name}/", ct);
        }
    }

    internal static RemoteCommand Pack(string path, bool compress, bool sudo) =>
        RemoteCommand.Args("tar", compress ? "cz" : "c", "-f", "-", "-C", path, "--", ".") with { Sudo = sudo, Quiet = true, Label = $"get {path}" };
}

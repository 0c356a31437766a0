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
        var path = await LineAsync(remote, ["mktemp", .. Where(suffix, directory)], ct).ConfigureAwait(false);
        if (data is not null)
            await remote.WriteFileAsync(path, data, options: null, ct).ConfigureAwait(false);
        return path;
    }

    /// <summary>Makes a directory of a new name.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="directory">Where; null is the host's own choice.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Its path.</returns>
    public static Task<string> MakeTempDirectoryAsync(this Remote remote, string? directory, CancellationToken ct) => remote.MakeTempDirectoryAsync("", directory, ct);

    /// <summary>Makes a directory of a new name with an end of its own.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="suffix">End of its name.</param>
    /// <param name="directory">Where; null is the host's own choice.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Its path.</returns>
    public static Task<string> MakeTempDirectoryAsync(this Remote remote, string suffix, string? directory, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return LineAsync(remote, ["mktemp", "-d", .. Where(suffix, directory)], ct);
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

    /// <summary>Sets the SELinux context of a file; hosts without SELinux in force, and those whose packages are not rpm's or are SUSE's, are passed over, as upstream.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Whose.</param>
    /// <param name="context">As chcon takes it.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether it was set.</returns>
    /// <exception cref="CommandFailedException">It cannot be set.</exception>
    public static async Task<bool> ChangeContextAsync(this Remote remote, string path, string context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var os = (await remote.Facts.GetAsync(ct)).Os;
        if (os is not { PackageType: "rpm", Name: not ("opensuse" or "sle") }
            || (await remote.RunAsync(RemoteCommand.Posix("command -v selinuxenabled && exec selinuxenabled") with { CheckStatus = false, Quiet = true }, ct)).ExitStatus != 0)
            return false;
        await RunAsync(remote, sudo: true, ct, "chcon", context, "--", path);
        return true;
    }

    /// <summary>Copies the content of a file within a host; upstream's <c>copy_file</c> with its options.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="from">From.</param>
    /// <param name="to">To.</param>
    /// <param name="options">Sudo, mode, owner, directory, adding to what is there.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be copied.</exception>
    public static Task CopyAsync(this Remote remote, string from, string to, RemoteFileOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        return WithinAsync(remote, from, to, $"cat <\"$s\" {(options.Append ? ">>" : ">")}\"$f\"", options, ct);
    }

    /// <summary>Moves a file within a host; upstream's <c>move_file</c> with its options.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="from">From.</param>
    /// <param name="to">To.</param>
    /// <param name="options">Sudo, mode, owner, directory.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be moved.</exception>
    public static Task MoveAsync(this Remote remote, string from, string to, RemoteFileOptions options, CancellationToken ct) =>
        WithinAsync(remote, from, to, "mv -f \"$s\" \"$f\"", options, ct);

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

    private static async Task WithinAsync(Remote remote, string from, string to, string act, RemoteFileOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        ArgumentNullException.ThrowIfNull(options);
        var (f, t) = (RemoteFiles.Anchor(from), RemoteFiles.Anchor(to));
        var script = $"set -e\ns={ShellQuote.Quote(f)}\nf={ShellQuote.Quote(t)}\n{RemoteFiles.MakeDirectory(t, options)}{act}\n{RemoteFiles.Finish("$f", options)}";
        await remote.RunAsync(RemoteCommand.Posix(script) with { Sudo = options.Sudo, Label = $"{from} to {to}" }, ct);
    }

    private static IEnumerable<string> Where(string suffix, string? directory) =>
        [.. suffix.Length > 0 ? ["--suffix=" + suffix] : Array.Empty<string>(), .. directory is not null ? ["--tmpdir=" + directory] : Array.Empty<string>()];

    private static async Task<string> LineAsync(Remote remote, IEnumerable<string> words, CancellationToken ct) =>
        (await remote.RunAsync(RemoteCommand.Args(words) with { Quiet = true }, ct).ConfigureAwait(false)).Stdout.TrimEnd('\n');

    private static async Task RunAsync(Remote remote, bool sudo, CancellationToken ct, params string[] words)
    {
        ArgumentNullException.ThrowIfNull(remote);
        await remote.RunAsync(RemoteCommand.Args(words) with { Sudo = sudo }, ct).ConfigureAwait(false);
    }
}

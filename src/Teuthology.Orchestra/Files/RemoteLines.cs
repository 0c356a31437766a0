using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Lines of text files on a host; upstream's functions of the same names.</summary>
public static class RemoteLines
{
    /// <summary>Adds text at the end of a file; upstream's <c>append_lines_to_file</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which; made if it is not there.</param>
    /// <param name="lines">The text, with its ends of line.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static Task AppendLinesAsync(this Remote remote, string path, string lines, bool sudo, CancellationToken ct) =>
        remote.WriteFileAsync(path, lines, new RemoteFileOptions { Append = true, Sudo = sudo }, ct);

    /// <summary>Adds text in front of a file, which keeps its mode and owner; upstream's <c>prepend_lines_to_file</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="lines">The text, with its ends of line.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task PrependLinesAsync(this Remote remote, string path, string lines, bool sudo, CancellationToken ct)
    {
        var old = await remote.ReadFileAsync(path, sudo, ct);
        await remote.WriteFileAsync(path, (byte[])[.. Encoding.UTF8.GetBytes(lines), .. old], new RemoteFileOptions { Sudo = sudo }, ct);
    }

    /// <summary>
    /// Leaves out lines of a file, each with a note in the log (<c>removing line: …</c>); the file keeps its mode and owner. Upstream's
    /// <c>remove_lines_from_file</c>.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="keep">Whether a line stays; it is asked for the text behind the last end of line as well.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up; the old file then stays.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public static async Task RemoveLinesAsync(this Remote remote, string path, Func<string, bool> keep, bool sudo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(keep);
        var kept = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(await remote.ReadFileAsync(path, sudo, ct)).Split('\n'))
        {
            if (keep(line))
                kept.Add(line);
            else
                RemoteLog.Note(remote.Log, $"removing line: {line}");
        }

        await remote.WriteFileAsync(path, string.Join('\n', kept), new RemoteFileOptions { Sudo = sudo }, ct);
    }

    /// <summary>Makes a file if it is not there, gives it a mode, and adds text to it; upstream's <c>create_file</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="data">What to add.</param>
    /// <param name="mode">As chmod takes it; upstream's default is <c>644</c>.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be made.</exception>
    public static Task CreateFileAsync(this Remote remote, string path, string data, string mode, bool sudo, CancellationToken ct) =>
        remote.WriteFileAsync(path, data, new RemoteFileOptions { Append = true, Mode = mode, Sudo = sudo }, ct);

    /// <summary>Removes one file; upstream's <c>delete_file</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="path">Which.</param>
    /// <param name="sudo">As root.</param>
    /// <param name="force">Whether a file that is not there is no error.</param>
    /// <param name="check">Whether a failure is an error at all.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It cannot be removed, and that is an error.</exception>
    public static async Task DeleteFileAsync(this Remote remote, string path, bool sudo, bool force, bool check, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        await remote.RunAsync(RemoteCommand.Args(["rm", .. force ? ["-f"] : Array.Empty<string>(), "--", path]) with { Sudo = sudo, CheckStatus = check }, ct);
    }
}

using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Files on a host, one command each.</summary>
internal static class RemoteFiles
{
    private const int NotThere = 66;

    public static async Task WriteAsync(Remote remote, string path, Stream content, RemoteFileOptions options, CancellationToken ct)
    {
        if (options.Owner is not null && !options.Sudo && remote.User != "root")
            throw new ArgumentException("To specify perms or owner, sudo must be True", nameof(options));
        var command = RemoteCommand.Posix(WriteScript(path, content.Length, options)) with
        {
            Sudo = options.Sudo, Quiet = true, Label = $"write {path}",
        };
        await remote.RunAsync(command, content, ct).ConfigureAwait(false);
    }

    public static async Task<byte[]> ReadAsync(Remote remote, string path, bool sudo, CancellationToken ct)
    {
        var file = ShellQuote.Quote(Anchor(path));
        using var content = new MemoryStream();
        try
        {
            await remote.RunAsync(
                RemoteCommand.Posix(ReadScript(file)) with { Sudo = sudo, StdoutTo = content, Quiet = true, Label = $"read {path}" }, ct).ConfigureAwait(false);
        }
        catch (CommandFailedException missing) when (missing.ExitStatus == NotThere)
        {
            throw new FileNotFoundException($"No such file on {remote.ShortName}: {path}", path, missing);
        }

        return content.ToArray();
    }

    /// <summary>A path that no program takes for an option.</summary>
    public static string Anchor(string path) => path.StartsWith('-') ? "./" + path : path;

    /// <summary>A file that may not be seen is not a missing one: cat then tells why.</summary>
    private static string ReadScript(string file) =>
        $"[ -e {file} ] || case $(LC_ALL=C ls -d {file} 2>&1) in *'No such file'*) exit {NotThere} ;; esac\nexec cat {file}";

    private static string WriteScript(string path, long length, RemoteFileOptions options)
    {
        path = Anchor(path);
        var directory = path.LastIndexOf('/') switch { < 0 => ".", 0 => "/", var slash => path[..slash] };
        var script = new StringBuilder("set -e\n");
        if (options.Mkdir)
            script.Append("mkdir -p ").Append(ShellQuote.Quote(directory)).Append('\n');
        script.Append("f=").Append(ShellQuote.Quote(path)).Append('\n');
        if (options.Append)
            script.Append("cat >>\"$f\"\n");
        else
            AppendReplacement(script, length);
        if (options.Mode is { } mode)
            script.Append("chmod ").Append(ShellQuote.Quote(mode)).Append(" \"$t\"\n");
        if (options.Owner is { } owner)
            script.Append("chown ").Append(ShellQuote.Quote(owner)).Append(" \"$t\"\n");
        if (!options.Append)
            script.Append("[ \"$t\" = \"$f\" ] || mv -fT \"$t\" \"$f\"\ntrap - EXIT\n");
        return script.Replace("\"$t\"", options.Append ? "\"$f\"" : "\"$t\"").ToString();
    }

    /// <summary>
    /// A link is written through. The kernel's file systems and directories that take no new file get the content in place. The length is
    /// checked because a lost connection looks like the end of input.
    /// </summary>
    private static void AppendReplacement(StringBuilder script, long length) => script.Append(
        $$"""
        [ ! -L "$f" ] || f=$(readlink -f "$f")
        t=
        case $f in /proc/* | /sys/* | /dev/*) ;; *) [ -d "$f" ] || t=$(mktemp "$f.XXXXXX" 2>/dev/null) || t= ;; esac
        if [ -n "$t" ]; then
            trap 'rm -f "$t"' EXIT
            cat >"$t"
            [ "$(stat -c %s "$t")" = {{length}} ] || { echo "input ended early" >&2; exit 1; }
            if [ -e "$f" ]; then chmod --reference="$f" "$t"; chown --reference="$f" "$t" 2>/dev/null || :
            else u=$(umask); chmod "$(printf %o $((0666 & ~0$u)))" "$t"; fi
        else
            t=$f
            cat >"$f"
        fi

        """);
}

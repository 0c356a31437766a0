using System.Globalization;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// A command as a lane's worker takes it: one line of shell that ends in exec. Where the text has an end of line the worker's variable
/// <c>nl</c> stands for it.
/// </summary>
/// <param name="Text">The line.</param>
/// <param name="Input">Whether it takes input by the session.</param>
/// <param name="Mark">What the process behind sudo tells its number by; null without sudo.</param>
/// <param name="StdinPrefix">What input must begin with.</param>
internal sealed record LaneFrame(string Text, bool Input, string? Mark, byte[] StdinPrefix)
{
    /// <summary>Quoting may grow a text fourfold, and Linux takes 128 KiB for one argument.</summary>
    private const int LongestText = 24 * 1024;

    /// <summary>The worker reads a frame byte by byte: more input than this goes through the session.</summary>
    private const int LongestInput = 4 * 1024;

    public static LaneFrame Of(RemoteCommand command, bool sudo, bool hasStdin, string id)
    {
        var body = CommandLine.Prolog(command, "; ") + (command.IsScript || command.IsPosix ? "" : "exec ") + command.Text;
        byte[] prefix = [];
        if (Encoding.UTF8.GetByteCount(body) > LongestText)
        {
            prefix = Encoding.UTF8.GetBytes(body);
            body = $"eval \"$(head -c {prefix.Length})\"";
        }

        var inline = prefix.Length == 0 && command.Stdin is { } small ? Inline(small.Span) : null;
        var input = prefix.Length > 0 || (hasStdin && inline is null);
        var shell = "\"${SHELL:-/bin/sh}\"";
        var text = inline ?? "";
        if (!sudo)
        {
            text += command.IsScript ? $"exec {shell} -c {Quote(body)}" : body.Contains('\n') ? $"eval {Quote(body)}" : body;
            return new LaneFrame(text, input, null, prefix);
        }

        var mark = $"teuthology-{id}:";
        var tell = $"printf '\\001{mark}%d\\n' $$ >&2; export TEUTHOLOGY_COMMAND=";
        text += $"exec sudo -n -- {(command.IsScript ? shell : "/bin/sh")} -c {Quote(tell)}\"$TEUTHOLOGY_COMMAND\"{Quote("\n" + body)}";
        return new LaneFrame(text, input, "\u0001" + mark, prefix);
    }

    private static string Quote(string text) => ShellQuote.Quote(text).Replace("\n", "'\"$nl\"'");

    /// <summary>Short input travels in the frame.</summary>
    private static string? Inline(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("printf %b '");
        foreach (var value in bytes)
        {
            if (value is >= 0x20 and < 0x7f and not (byte)'\\' and not (byte)'\'')
                text.Append((char)value);
            else
                text.Append("\\0").Append(Convert.ToString(value, 8).PadLeft(3, '0'));
            if (text.Length > LongestInput)
                return null;
        }

        return text.Append(CultureInfo.InvariantCulture, $"' >\"$L/stdin\" || exit 74; exec <\"$L/stdin\"; ").ToString();
    }
}

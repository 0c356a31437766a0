using System.Buffers;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Quoting for a POSIX shell (XCU 2.2).</summary>
public static class ShellQuote
{
    private static readonly SearchValues<char> Safe =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_");

    /// <summary>One word that the shell reads back as <paramref name="text"/>: as it is where nothing in it is special, else in single quotes.</summary>
    /// <param name="text">Any text without NUL, which no argument of a program can hold.</param>
    /// <exception cref="ArgumentException">The text holds NUL.</exception>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return "''";
        if (!text.AsSpan().ContainsAnyExcept(Safe))
            return text;
        if (text.Contains('\0'))
            throw new ArgumentException("An argument of a program cannot hold a NUL character.", nameof(text));
        return "'" + text.Replace("'", "'\"'\"'") + "'";
    }

    /// <summary>The words quoted and joined with spaces: a command line.</summary>
    /// <param name="words">Program and arguments.</param>
    public static string Join(params IEnumerable<string> words)
    {
        var line = new StringBuilder();
        foreach (var word in words)
        {
            if (line.Length > 0)
                line.Append(' ');
            line.Append(Quote(word));
        }

        return line.ToString();
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace Teuthology.Scheduling;

/// <summary>Breaks a text into lines as Python's <c>textwrap.fill</c> does: at spaces and hyphens, long words where they have to be.</summary>
internal static partial class FilledText
{
    private const int TabWidth = 8;

    /// <summary>The lines.</summary>
    /// <param name="text">The text; its own line ends are spaces.</param>
    /// <param name="width">Most characters of a line.</param>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var chunks = new Stack<string>(Pieces().Split(Spaced(text)).Where(chunk => chunk.Length > 0).Reverse());
        var lines = new List<string>();
        while (chunks.Count > 0)
        {
            var line = new List<string>();
            var length = 0;
            if (lines.Count > 0 && IsSpace(chunks.Peek()))
                chunks.Pop();
            while (chunks.Count > 0 && length + chunks.Peek().Length <= width)
            {
                length += chunks.Peek().Length;
                line.Add(chunks.Pop());
            }

            if (chunks.Count > 0 && chunks.Peek().Length > width)
                BreakWord(chunks, line, width - length);
            if (line.Count > 0 && IsSpace(line[^1]))
                line.RemoveAt(line.Count - 1);
            if (line.Count > 0)
                lines.Add(string.Concat(line));
        }

        return lines;
    }

    private static void BreakWord(Stack<string> chunks, List<string> line, int left)
    {
        var word = chunks.Pop();
        var end = left;
        if (word.Length > left && left > 0 && word.LastIndexOf('-', left - 1) is > 0 and var hyphen && word.AsSpan(0, hyphen).ContainsAnyExcept('-'))
            end = hyphen + 1;
        line.Add(word[..end]);
        chunks.Push(word[end..]);
    }

    private static bool IsSpace(string chunk) => chunk.All(c => c == ' ');

    private static string Spaced(string text)
    {
        var spaced = new StringBuilder(text.Length);
        var column = 0;
        foreach (var c in text)
        {
            var times = c == '\t' ? TabWidth - (column % TabWidth) : 1;
            spaced.Append(c is '\t' or '\n' or '\v' or '\f' or '\r' ? ' ' : c, times);
            column = c is '\n' or '\r' ? 0 : column + times;
        }

        return spaced.ToString();
    }

    [GeneratedRegex(
        @"( +|(?<=[\w!""'&.,?])-{2,}(?=\w)|[^ ]+?(?:-(?:(?<=[^\d\W]{2}-)|(?<=[^\d\W]-[^\d\W]-))(?=[^\d\W]-?[^\d\W])|(?= |$)|(?<=[\w!""'&.,?])(?=-{2,}\w)))",
        RegexOptions.CultureInvariant,
        5000)]
    private static partial Regex Pieces();
}

using System.Text;

namespace Teuthology.Scheduling;

/// <summary>Breaks a text into lines as Python's <c>textwrap.fill</c> does: at spaces and hyphens, long words where they have to be.</summary>
internal static class FilledText
{
    private const int TabWidth = 8;

    /// <summary>The lines.</summary>
    /// <param name="text">The text; its own line ends are spaces.</param>
    /// <param name="width">Most characters of a line.</param>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var chunks = new Stack<string>(Pieces(Spaced(text)).Reverse());
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

    /// <summary>Words with what follows up to where a line may end, and the spaces between them.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            if (text[start] == ' ')
                end = Past(text, start, ' ');
            else if (IsDash(text, start))
                end = Past(text, start, '-');
            else
                end = WordEnd(text, start);
            yield return text[start..end];
        }
    }

    private static int WordEnd(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && text[end] != ' ' && !IsDash(text, end))
        {
            if (text[end++] == '-' && JoinsParts(text, end - 1))
                break;
        }

        return end;
    }

    // Two hyphens or more between two words.
    private static bool IsDash(string text, int at) =>
        at > 0 && text[at] == '-' && (IsWord(text, at - 1) || "!\"'&.,?".Contains(text[at - 1], StringComparison.Ordinal))
            && Past(text, at, '-') is var end && end - at > 1 && IsWord(text, end);

    // A line may end after the hyphen of `well-known` and of `e-mail-address`, not of `a-b` or `2-3`.
    private static bool JoinsParts(string text, int hyphen) =>
        IsLetter(text, hyphen - 1) && (IsLetter(text, hyphen - 2) || (Is(text, hyphen - 2, '-') && IsLetter(text, hyphen - 3)))
            && IsLetter(text, hyphen + 1) && (IsLetter(text, hyphen + 2) || (Is(text, hyphen + 2, '-') && IsLetter(text, hyphen + 3)));

    private static int Past(string text, int at, char what)
    {
        while (Is(text, at, what))
            at++;
        return at;
    }

    private static bool Is(string text, int at, char what) => at >= 0 && at < text.Length && text[at] == what;

    private static bool IsWord(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');

    private static bool IsLetter(string text, int at) => IsWord(text, at) && !char.IsDigit(text[at]);
}

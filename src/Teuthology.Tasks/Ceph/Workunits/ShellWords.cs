using System.Text;

namespace Teuthology.Tasks;

/// <summary>Splits a line into words as a POSIX shell does: quotes and backslashes, nothing else.</summary>
public static class ShellWords
{
    /// <summary>The words of a line.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="FormatException">A quote is not closed, or nothing follows the last backslash.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            switch (c)
            {
                case ' ' or '\t' or '\n' or '\r':
                    if (inWord)
                        words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                    continue;
                case '\'':
                    var end = line.IndexOf('\'', i + 1);
                    if (end < 0)
                        throw new FormatException($"no closing quotation in: {line}");
                    word.Append(line, i + 1, end - i - 1);
                    i = end;
                    break;
                case '"':
                    for (i++; i < line.Length && line[i] != '"'; i++)
                    {
                        if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
                            i++;
                        word.Append(line[i]);
                    }

                    if (i == line.Length)
                        throw new FormatException($"no closing quotation in: {line}");
                    break;
                case '\\':
                    if (++i == line.Length)
                        throw new FormatException($"nothing follows the last backslash in: {line}");
                    word.Append(line[i]);
                    break;
                default:
                    word.Append(c);
                    break;
            }

            inWord = true;
        }

        if (inWord)
            words.Add(word.ToString());
        return words;
    }
}

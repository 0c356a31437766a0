using System.Globalization;
using System.Text;

namespace Teuthology.Yaml;

/// <summary>Writes the text of scalars in each style, folded where PyYAML folds them.</summary>
internal static class YamlTextWriter
{
    private const string Escaped = "\0\a\b\t\n\v\f\r\u001b\"\\\u0085\u00a0\u2028\u2029";
    private const string Escapes = "0abtnvfre\"\\N_LP";

    public static void Plain(YamlOutput output, string text, bool split)
    {
        output.BeginText();
        foreach (var run in Runs(text))
        {
            if (split && run is " " && output.Column > YamlOutput.Width)
            {
                output.Indent();
                output.Text();
            }
            else
                output.Write(run);
        }
    }

    public static void SingleQuoted(YamlOutput output, string text, bool split)
    {
        output.Indicator("'", true);
        var position = 0;
        foreach (var run in Runs(text))
        {
            var inner = position > 0 && position + run.Length < text.Length;
            position += run.Length;
            if (run[0] == '\n')
            {
                output.Break();
                foreach (var _ in run)
                    output.Break();
                output.Indent();
            }
            else if (split && inner && run is " " && output.Column > YamlOutput.Width)
                output.Indent();
            else
                output.Write(run.Replace("'", "''", StringComparison.Ordinal));
        }

        output.Indicator("'", false);
    }

    public static void DoubleQuoted(YamlOutput output, string text, bool split)
    {
        output.Indicator("\"", true);
        var runes = text.EnumerateRunes().ToArray();
        var pending = new StringBuilder();
        for (var i = 0; i <= runes.Length; i++)
        {
            Rune? rune = i < runes.Length ? runes[i] : null;
            var escaped = false;
            if (rune is not { Value: >= ' ' and <= '~' and not '"' and not '\\' })
            {
                Flush();
                escaped = rune is not null;
                if (rune is { } special)
                    output.Write(Escape(special));
            }

            // One column more is allowed after an escape, as PyYAML has it.
            var column = output.Column + (escaped ? -1 : pending.Length);
            if (split && i > 0 && i < runes.Length - 1 && (rune?.Value == ' ' || pending.Length == 0) && column > YamlOutput.Width)
                Fold(escaped ? i + 1 : i);
            if (!escaped && rune is { } plain)
                pending.Append(plain.ToString());
        }

        output.Indicator("\"", false);

        void Flush()
        {
            output.Write(pending.ToString());
            pending.Clear();
        }

        void Fold(int next)
        {
            Flush();
            output.Write("\\");
            output.Indent();
            output.Text();
            if (runes[next].Value == ' ')
                output.Write("\\");
        }
    }

    public static void Literal(YamlOutput output, string text)
    {
        output.Indicator("|", true);
        output.Break();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            output.Indent();
            output.Write(line);
            output.Break();
        }
    }

    private static string Escape(Rune rune)
    {
        var known = rune.IsBmp ? Escaped.IndexOf((char)rune.Value) : -1;
        if (known >= 0)
            return $"\\{Escapes[known]}";
        var code = rune.Value;
        return code <= 0xFF ? string.Create(CultureInfo.InvariantCulture, $"\\x{code:X2}")
            : code <= 0xFFFF ? string.Create(CultureInfo.InvariantCulture, $"\\u{code:X4}")
            : string.Create(CultureInfo.InvariantCulture, $"\\U{code:X8}");
    }

    /// <summary>Words, runs of spaces and runs of line breaks, in turn.</summary>
    private static IEnumerable<string> Runs(string text)
    {
        for (int begin = 0, end = 0; begin < text.Length; begin = end)
        {
            var kind = Kind(text[begin]);
            while (end < text.Length && Kind(text[end]) == kind)
                end++;
            yield return text[begin..end];
        }

        static int Kind(char c) => c switch
        {
            ' ' => 1,
            '\n' => 2,
            _ => 0,
        };
    }
}

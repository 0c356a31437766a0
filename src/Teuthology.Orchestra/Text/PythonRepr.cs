using System.Globalization;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Text as Python's <c>repr()</c> shows it: other programs parse upstream's error texts in this form.</summary>
public static class PythonRepr
{
    /// <summary>The Python literal of <paramref name="text"/>: single quotes unless the text has single and no double ones.</summary>
    /// <param name="text">Any text; a lone surrogate is shown as <c>\udXXX</c>.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var shown = new StringBuilder(text.Length + 2).Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                Append(shown, rune, quote);
                i += rune.Utf16SequenceLength - 1;
            }
            else
            {
                shown.Append($"\\u{(int)text[i]:x4}");
            }
        }

        return shown.Append(quote).ToString();
    }

    private static void Append(StringBuilder shown, Rune rune, char quote)
    {
        switch (rune.Value)
        {
            case '\n': shown.Append("\\n"); break;
            case '\r': shown.Append("\\r"); break;
            case '\t': shown.Append("\\t"); break;
            case '\\': shown.Append("\\\\"); break;
            case var c when c == quote: shown.Append('\\').Append(quote); break;
            case < 0x20 or 0x7f: shown.Append($"\\x{rune.Value:x2}"); break;
            case < 0x7f: shown.Append((char)rune.Value); break;
            default:
                if (IsPrintable(rune))
                    shown.Append(rune.ToString());
                else
                    shown.Append(rune.Value switch { <= 0xff => $"\\x{rune.Value:x2}", <= 0xffff => $"\\u{rune.Value:x4}", _ => $"\\U{rune.Value:x8}" });
                break;
        }
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}

using System.Globalization;

namespace Teuthology.Yaml;

/// <summary>The text of a scalar and the styles in which it may be written.</summary>
internal sealed class YamlScalarText
{
    private readonly bool _quietStart;
    private readonly bool _readsBack;
    private readonly bool _hasSpecial;
    private readonly bool _spaceNextToBreak;
    private readonly bool _breakThenSpace;

    private YamlScalarText(string text, string tag, bool readsBack)
    {
        Text = text;
        Tag = tag;
        _readsBack = readsBack;
        Length = text.Length - text.Count(char.IsLowSurrogate);
        IsMultiline = text.AsSpan().IndexOfAny("\n\u0085\u2028\u2029") >= 0;
        _hasSpecial = text.Any(c => c is not '\n' and (< ' ' or > '~'));
        _spaceNextToBreak = text.Contains(" \n", StringComparison.Ordinal);
        _breakThenSpace = text.Contains("\n ", StringComparison.Ordinal);
        _quietStart = !text.StartsWith("---", StringComparison.Ordinal) && !text.StartsWith("...", StringComparison.Ordinal) && !HasIndicator(text);
    }

    public string Text { get; }

    /// <summary>Short name of the tag; it counts for the length of a key even where it is not written.</summary>
    public string Tag { get; }

    /// <summary>Length in characters.</summary>
    public int Length { get; }

    public bool IsMultiline { get; }

    public static YamlScalarText Of(object? value) => value switch
    {
        string text => new(text, "!!str", YamlScalars.ImplicitTag(text) == YamlTags.String),
        null => new("null", "!!null", true),
        bool truth => new(truth ? "true" : "false", "!!bool", true),
        double number => new(Float(number), "!!float", true),
        DateOnly date => new(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "!!timestamp", true),
        DateTime or DateTimeOffset => new(PythonTime.Iso(value, ' '), "!!timestamp", true),
        byte[] bytes => new(Base64(bytes), "!!binary", false),
        IFormattable number => new(number.ToString(null, CultureInfo.InvariantCulture), "!!int", true),
        _ => new(value.ToString() ?? "", "!!str", true),
    };

    /// <summary>True when the text may stand without quotes.</summary>
    public bool IsPlain(bool isKey) => _readsBack && Length > 0 && _quietStart && !_hasSpecial && !IsMultiline
        && Text[0] != ' ' && Text[^1] != ' ' && !(isKey && IsMultiline);

    /// <summary>True when single quotes can hold the text.</summary>
    public bool MaySingleQuote(bool isKey) => !_hasSpecial && !_spaceNextToBreak && !_breakThenSpace && !(isKey && IsMultiline);

    private static bool HasIndicator(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var blankFollows = i + 1 == text.Length || text[i + 1] is ' ' or '\n';
            var found = text[i] switch
            {
                '#' => i == 0 || text[i - 1] is ' ' or '\n',
                ':' => blankFollows,
                '?' or '-' => i == 0 && blankFollows,
                ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => i == 0,
                _ => false,
            };
            if (found)
                return true;
        }

        return false;
    }

    private static string Float(double number)
    {
        var text = PythonFloat.Repr(number);
        if (!double.IsFinite(number))
            return text.Replace("nan", ".nan", StringComparison.Ordinal).Replace("inf", ".inf", StringComparison.Ordinal);
        // YAML 1.1 reads 1e+16 as a text.
        return text.Contains('.') ? text : text.Replace("e", ".0e", StringComparison.Ordinal);
    }

    private static string Base64(byte[] bytes) =>
        string.Concat(bytes.Chunk(57).Select(line => Convert.ToBase64String(line) + "\n"));
}

using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Python's text of a value.</summary>
internal static class PythonText
{
    private const int MostText = 4 << 20;

    /// <summary><c>str(value)</c>.</summary>
    public static string Str(object? value) => value switch
    {
        string text => text,
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime or DateTimeOffset => PythonTime.Iso(value, ' '),
        _ => Repr(value),
    };

    /// <summary><c>repr(value)</c>.</summary>
    /// <exception cref="ScriptException">The text would be longer than a script may hold.</exception>
    public static string Repr(object? value)
    {
        var text = new StringBuilder();
        Repr(value, text, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return text.ToString();
    }

    public static string TypeName(object? value) => value switch
    {
        null or YamlNull => "NoneType",
        bool => "bool",
        double => "float",
        string => "str",
        YamlList => "list",
        YamlMap => "dict",
        YamlSet => "set",
        PythonTuple => "tuple",
        DateOnly => "date",
        DateTime or DateTimeOffset => "datetime",
        byte[] => "bytes",
        PythonName => "object",
        PythonView view => view.TypeName,
        _ => "int",
    };

    private static void Repr(object? value, StringBuilder text, HashSet<object> within)
    {
        if (text.Length > MostText)
            throw new ScriptException("the text of the value is too long");
        switch (value)
        {
            case YamlList or PythonTuple or YamlMap or YamlSet or PythonView:
                YamlDepth.Check();
                var (begin, end) = Brackets(value);
                if (!within.Add(value))
                {
                    text.Append(begin).Append("...").Append(end);
                    return;
                }

                text.Append(begin);
                Items(value, text, within);
                text.Append(end);
                within.Remove(value);
                break;
            default:
                text.Append(Scalar(value));
                break;
        }
    }

    private static (string Begin, string End) Brackets(object container) => container switch
    {
        YamlList => ("[", "]"),
        PythonTuple => ("(", ")"),
        PythonView view => ($"{view.TypeName}([", "])"),
        YamlSet { Count: 0 } => ("set(", ")"),
        _ => ("{", "}"),
    };

    private static void Items(object container, StringBuilder text, HashSet<object> within)
    {
        var count = 0;
        foreach (var item in container is YamlMap map ? map.Keys : PythonObject.Items(container))
        {
            text.Append(count++ == 0 ? "" : ", ");
            Repr(item, text, within);
            if (container is not YamlMap { } entries)
                continue;
            text.Append(": ");
            Repr(entries[item!], text, within);
        }

        if (container is PythonTuple && count == 1)
            text.Append(',');
    }

    private static string Scalar(object? value) => value switch
    {
        null or YamlNull => "None",
        PythonName name => name.Text,
        bool truth => truth ? "True" : "False",
        double number => PythonFloat.Repr(number),
        string text => Quoted(text, ""),
        byte[] bytes => Quoted(Encoding.Latin1.GetString(bytes), "b"),
        DateOnly date => string.Create(CultureInfo.InvariantCulture, $"datetime.date({date.Year}, {date.Month}, {date.Day})"),
        DateTime moment => $"datetime.datetime({Parts(moment)})",
        DateTimeOffset moment => $"datetime.datetime({Parts(moment.DateTime)}, tzinfo={Zone(moment.Offset)})",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Parts(DateTime moment)
    {
        var micros = moment.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        var parts = string.Create(CultureInfo.InvariantCulture, $"{moment.Year}, {moment.Month}, {moment.Day}, {moment.Hour}, {moment.Minute}");
        return (moment.Second, micros) switch
        {
            (0, 0) => parts,
            (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{parts}, {moment.Second}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{parts}, {moment.Second}, {micros}"),
        };
    }

    private static string Zone(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
            return "datetime.timezone.utc";
        var days = offset < TimeSpan.Zero ? "days=-1, " : "";
        var seconds = (int)(offset < TimeSpan.Zero ? offset + TimeSpan.FromDays(1) : offset).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"datetime.timezone(datetime.timedelta({days}seconds={seconds}))");
    }

    private static string Quoted(string text, string prefix)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder(prefix).Append(quote);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\\' => quoted.Append("\\\\"),
                _ when c == quote => quoted.Append('\\').Append(c),
                >= ' ' and <= '~' => quoted.Append(c),
                _ when whole && prefix.Length == 0 && IsPrintable(rune) => quoted.Append(rune.ToString()),
                _ => quoted.Append(Escape(whole ? rune.Value : c)),
            };
            i += whole ? rune.Utf16SequenceLength - 1 : 0;
        }

        return quoted.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static string Escape(int code) => code switch
    {
        <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{code:x2}"),
        <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{code:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{code:x8}"),
    };
}

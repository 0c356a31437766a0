using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Python's text of a value.</summary>
internal static class PythonText
{
    /// <summary><c>str(value)</c>.</summary>
    public static string Str(object? value) => value switch
    {
        string text => text,
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime or DateTimeOffset => PythonTime.Iso(value, ' '),
        _ => Repr(value),
    };

    /// <summary><c>repr(value)</c>.</summary>
    public static string Repr(object? value) => value switch
    {
        null or YamlNull => "None",
        PythonName name => name.Text,
        bool truth => truth ? "True" : "False",
        double number => PythonFloat.Repr(number),
        string text => Quoted(text),
        YamlList list => $"[{string.Join(", ", list.Select(Repr))}]",
        PythonTuple { Items.Count: 1 } tuple => $"({Repr(tuple.Items[0])},)",
        PythonTuple tuple => $"({string.Join(", ", tuple.Items.Select(Repr))})",
        YamlMap map => $"{{{string.Join(", ", map.Select(e => $"{Repr(e.Key)}: {Repr(e.Value)}"))}}}",
        DateOnly or DateTime or DateTimeOffset or byte[] or YamlSet => PythonLiteral.Of(value),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

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
        _ => "int",
    };

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\\' => quoted.Append("\\\\"),
                < ' ' or '\x7f' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ when c == quote => quoted.Append('\\').Append(c),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append(quote).ToString();
    }
}

using System.Collections;
using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>Values as Python's <c>pprint</c> writes them, 80 columns wide: upstream's <c>queue --full</c>.</summary>
internal static class PythonPrint
{
    private const int Width = 80;

    public static string Format(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0, 0);
        return text.ToString();
    }

    // What fits on the rest of the line is written on it; else each member has a line.
    private static void Write(StringBuilder text, object? value, int indent, int after)
    {
        var flat = Flat(value);
        if (flat.Length <= Width - indent - after || value is not (YamlMap { Count: > 0 } or YamlList { Count: > 0 }))
        {
            text.Append(flat);
            return;
        }

        var isMap = value is YamlMap;
        text.Append(isMap ? '{' : '[');
        var members = isMap ? Sorted((YamlMap)value!).Select(pair => (Flat(pair.Key) + ": ", pair.Value)).ToList() : [.. ((IEnumerable)value!).Cast<object?>().Select(item => ("", item))];
        for (var i = 0; i < members.Count; i++)
        {
            var (key, member) = members[i];
            if (i > 0)
                text.Append(",\n").Append(' ', indent + 1);
            text.Append(key);
            Write(text, member, indent + 1 + key.Length, i < members.Count - 1 ? 1 : after + 1);
        }

        text.Append(isMap ? '}' : ']');
    }

    private static string Flat(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        string text => Quoted(text),
        double number => number.ToString("R", CultureInfo.InvariantCulture) is var shown && shown.All(c => char.IsAsciiDigit(c) || c == '-') ? shown + ".0" : number.ToString("R", CultureInfo.InvariantCulture),
        YamlMap map => $"{{{string.Join(", ", Sorted(map).Select(pair => $"{Flat(pair.Key)}: {Flat(pair.Value)}"))}}}",
        YamlList list => $"[{string.Join(", ", list.Select(Flat))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "None",
    };

    private static IEnumerable<KeyValuePair<object, object?>> Sorted(YamlMap map) => map.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal);

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when c == quote => "\\" + c,
                _ when char.IsControl(c) => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return quoted.Append(quote).ToString();
    }
}

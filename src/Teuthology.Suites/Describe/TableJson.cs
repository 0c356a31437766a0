using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>JSON with the spaces and escapes of Python's <c>json.dumps</c>.</summary>
internal static class TableJson
{
    public static void Write(SuiteTable table, TextWriter writer)
    {
        var rows = new YamlList(table.Rows.Select(row => Object(table.Headers, row)));
        // Nothing is written when a value has no form in JSON.
        var json = new StringWriter();
        Value(new YamlMap { ["headers"] = new YamlList(table.Headers), ["data"] = rows }, json, []);
        writer.Write(json.GetStringBuilder());
        writer.Write('\n');
    }

    private static YamlMap Object(IReadOnlyList<string> headers, IReadOnlyList<object?> row)
    {
        var map = new YamlMap(headers.Count);
        for (var i = 0; i < headers.Count; i++)
            if (PythonObject.IsTrue(row[i]))
                map[headers[i]] = row[i];
        return map;
    }

    private static void Value(object? value, TextWriter writer, HashSet<object> within)
    {
        switch (value)
        {
            case YamlMap or YamlList:
                if (!within.Add(value))
                    throw new ConfigurationException("a value in 'meta' contains itself, which JSON cannot say");
                Container(value, writer, within);
                within.Remove(value);
                break;
            case string text:
                Text(text, writer);
                break;
            case YamlSet or byte[] or DateOnly or DateTime or DateTimeOffset:
                throw new ConfigurationException($"a value in 'meta' is a {PythonText.TypeName(value)} ({PythonText.Str(value)}), which JSON cannot say; put it into quotes");
            default:
                writer.Write(Plain(value));
                break;
        }
    }

    private static void Container(object value, TextWriter writer, HashSet<object> within)
    {
        var between = "";
        if (value is YamlList list)
        {
            writer.Write('[');
            foreach (var item in list)
            {
                writer.Write(between);
                Value(item, writer, within);
                between = ", ";
            }

            writer.Write(']');
            return;
        }

        writer.Write('{');
        foreach (var (key, item) in (YamlMap)value)
        {
            writer.Write(between);
            if (key is DateOnly or DateTime or DateTimeOffset or byte[])
                throw new ConfigurationException($"a key in 'meta' is a {PythonText.TypeName(key)} ({PythonText.Str(key)}), which JSON cannot say; put it into quotes");
            Text(key as string ?? Plain(key), writer);
            writer.Write(": ");
            Value(item, writer, within);
            between = ", ";
        }

        writer.Write('}');
    }

    private static string Plain(object? value) => value switch
    {
        null or YamlNull => "null",
        bool truth => truth ? "true" : "false",
        double number when double.IsNaN(number) => "NaN",
        double number when double.IsInfinity(number) => number > 0 ? "Infinity" : "-Infinity",
        _ => PythonText.Str(value),
    };

    private static void Text(string text, TextWriter writer)
    {
        writer.Write('"');
        foreach (var c in text)
        {
            writer.Write(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or > '~' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        writer.Write('"');
    }
}

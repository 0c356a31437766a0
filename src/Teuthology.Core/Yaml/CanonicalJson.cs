using System.Globalization;
using System.Numerics;
using System.Text;

namespace Teuthology.Yaml;

/// <summary>
/// One line of JSON for a value, the same for equal values: keys sorted by code point, no spaces, Python's shortest floats,
/// <c>!date</c>, <c>!timestamp</c>, <c>!binary</c>, <c>!inf</c>, <c>!-inf</c>, <c>!nan</c> texts and <c>{"!set":[…]}</c> for what JSON lacks.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Characters; aliases that double on each level would never end.</summary>
    private const int Longest = 16 << 20;

    /// <summary>The line, without a line break at its end.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ConfigurationException">The value contains itself, or its aliases multiply beyond measure.</exception>
    public static string Write(object? value)
    {
        var json = new StringBuilder();
        Write(value, json, []);
        return json.ToString();
    }

    private static void Write(object? value, StringBuilder json, Stack<object> within)
    {
        switch (value)
        {
            case YamlMap or YamlList or YamlSet:
                if (within.Any(outer => ReferenceEquals(outer, value)))
                    throw new ConfigurationException("a value that contains itself cannot be written");
                YamlDepth.Check();
                if (json.Length > Longest)
                    throw new ConfigurationException($"the value takes more than {Longest >> 20} million characters; do aliases multiply what they name?");
                within.Push(value);
                Container(value, json, within);
                within.Pop();
                break;
            case string text:
                Quote(text, json);
                break;
            case bool or long or int or BigInteger:
                json.Append(Plain(value));
                break;
            case double number when double.IsFinite(number):
                json.Append(PythonFloat.Repr(number));
                break;
            case null:
                json.Append("null");
                break;
            default:
                Quote(Plain(value), json);
                break;
        }
    }

    private static void Container(object value, StringBuilder json, Stack<object> within)
    {
        switch (value)
        {
            case YamlMap map:
                var separator = '{';
                var named = Named(map);
                var keys = new string[named.Count];
                named.Keys.CopyTo(keys, 0);
                Array.Sort(keys, CodePointComparer.Instance);
                foreach (var key in keys)
                {
                    json.Append(separator);
                    Quote(key, json);
                    json.Append(':');
                    Write(named[key], json, within);
                    separator = ',';
                }

                json.Append(map.Count == 0 ? "{}" : "}");
                break;
            case YamlList list:
                json.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    json.Append(i == 0 ? "" : ",");
                    Write(list[i], json, within);
                }

                json.Append(']');
                break;
            case YamlSet set:
                json.Append("{\"!set\":[")
                    .AppendJoin(',', set.Members.Select(m => Write(m is YamlNull ? null : m)).Order(CodePointComparer.Instance))
                    .Append("]}");
                break;
        }
    }

    private static Dictionary<string, object?> Named(YamlMap map)
    {
        var named = new Dictionary<string, object?>(map.Count);
        foreach (var (key, item) in map)
        {
            var name = Plain(key);
            named[named.ContainsKey(name) ? $"{name}#{PythonType(key)}" : name] = item;
        }

        return named;
    }

    private static string Plain(object value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        double number when double.IsNaN(number) => "!nan",
        double number when double.IsInfinity(number) => number > 0 ? "!inf" : "!-inf",
        double number => PythonFloat.Repr(number),
        DateOnly date => $"!date {date:yyyy-MM-dd}",
        DateTime or DateTimeOffset => $"!timestamp {PythonTime.Iso(value, 'T')}",
        byte[] bytes => $"!binary {Convert.ToBase64String(bytes)}",
        YamlNull => "null",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"!cs {value.GetType().Name}",
    };

    private static string PythonType(object key) => key switch
    {
        string => "str",
        bool => "bool",
        double => "float",
        long or int or BigInteger => "int",
        YamlNull => "NoneType",
        DateOnly => "date",
        byte[] => "bytes",
        _ => "datetime",
    };

    private static void Quote(string text, StringBuilder json)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}

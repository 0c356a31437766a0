using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Turns YAML scalars into .NET values.</summary>
internal static partial class OptionsScalars
{
    private static readonly Type[] Whole = [typeof(int), typeof(long), typeof(short), typeof(byte), typeof(uint), typeof(ulong), typeof(ushort), typeof(sbyte)];
    private static readonly Type[] Fractional = [typeof(double), typeof(float), typeof(decimal)];

    public static bool Knows(Type type) =>
        type == typeof(string) || type == typeof(bool) || type == typeof(TimeSpan) || type.IsEnum || Whole.Contains(type) || Fractional.Contains(type);

    /// <summary>The value as <paramref name="type"/>, or null when it is none.</summary>
    public static object? TryConvert(Type type, object value) => value switch
    {
        YamlMap or YamlList or YamlSet => null,
        string text when type == typeof(string) => text,
        _ when type == typeof(string) => Written(value),
        bool when type == typeof(bool) => value,
        string name when type.IsEnum => EnumOf(type, name),
        long or BigInteger when Whole.Contains(type) => Fitting(type, value),
        long or double when Fractional.Contains(type) => Convert.ChangeType(value, type, CultureInfo.InvariantCulture),
        long or double when type == typeof(TimeSpan) => Span(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        string text when type == typeof(TimeSpan) => SpanOf(text),
        _ => null,
    };

    /// <summary>What a value should have been, in words.</summary>
    public static string Wanted(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time: seconds, or a number with ms, s, m, h or d",
        { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(OptionsMember.Spell)),
        _ when Fractional.Contains(type) => "a number",
        _ => "a whole number" + RangeOf(type),
    };

    private static string RangeOf(Type type) => type == typeof(long) || type == typeof(int)
        ? ""
        : $" from {type.GetField("MinValue")!.GetValue(null)} to {type.GetField("MaxValue")!.GetValue(null)}";

    private static string Written(object value) => YamlDumper.Dump(value).Split('\n')[0];

    private static object? EnumOf(Type type, string name)
    {
        var bare = name.Replace("-", "").Replace("_", "");
        return Enum.GetNames(type).FirstOrDefault(known => known.Replace("_", "").Equals(bare, StringComparison.OrdinalIgnoreCase)) is { } found ? Enum.Parse(type, found) : null;
    }

    private static object? Fitting(Type type, object value)
    {
        try
        {
            return value is long ? Convert.ChangeType(value, type, CultureInfo.InvariantCulture) : type == typeof(ulong) ? (ulong)(BigInteger)value : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static object? SpanOf(string text)
    {
        var parts = Duration().Match(text);
        if (!parts.Success || !double.TryParse(parts.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number))
            return null;
        return Span(number * parts.Groups[2].Value switch { "ms" => 0.001, "m" => 60, "h" => 3600, "d" => 86_400, _ => 1 });
    }

    private static object? Span(double seconds) =>
        double.IsFinite(seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;

    [GeneratedRegex(@"^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}

using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Teuthology.Yaml;

/// <summary>What a plain scalar means in YAML 1.1 as PyYAML reads it: <c>no</c> is false, <c>0644</c> octal, <c>1:30</c> ninety, <c>1e6</c> a text.</summary>
internal static partial class YamlScalars
{
    /// <summary>The tag that a plain scalar has without saying so.</summary>
    public static string ImplicitTag(string text)
    {
        if (text.Length == 0)
            return YamlTags.Null;
        return text[0] switch
        {
            'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' => Word(text),
            '~' when text.Length == 1 => YamlTags.Null,
            '=' when text.Length == 1 => YamlTags.Value,
            '<' when text == "<<" => YamlTags.Merge,
            '-' or '+' or '.' or (>= '0' and <= '9') => Number(text),
            _ => YamlTags.String,
        };
    }

    public static bool? ToBool(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "true" or "on" => true,
        "no" or "false" or "off" => false,
        _ => null,
    };

    /// <summary>A <see cref="long"/> or, past its range, a <see cref="BigInteger"/>; null when the text is no integer.</summary>
    public static object? ToInteger(string text)
    {
        if (IsShortDecimal(text))
            return long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        text = text.Replace("_", "", StringComparison.Ordinal);
        var (sign, digits) = Signed(text);
        if (digits.Length == 0)
            return null;
        BigInteger? value;
        if (digits.StartsWith("0b", StringComparison.Ordinal))
            value = PythonInteger.Parse(digits[2..], 2);
        else if (digits.StartsWith("0x", StringComparison.Ordinal))
            value = PythonInteger.Parse(digits[2..], 16);
        else if (digits[0] == '0')
            value = PythonInteger.Parse(digits, 8);
        else
            value = digits.Split(':').Aggregate((BigInteger?)BigInteger.Zero, (sum, part) => (sum * 60) + PythonInteger.Parse(part));
        return value is { } number ? Shrink(number * sign) : null;
    }

    /// <summary>The number; null when the text is none.</summary>
    public static double? ToFloat(string text)
    {
        text = text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        var (sign, digits) = Signed(text);
        if (text.Length == 0)
            return null;
        if (digits == ".inf")
            return sign * double.PositiveInfinity;
        if (digits == ".nan")
            return double.NaN;
        var sum = 0.0;
        var unit = 1.0;
        foreach (var part in digits.Split(':').Reverse())
        {
            if (PythonFloat.Parse(part) is not { } number)
                return null;
            sum += number * unit;
            unit *= 60;
        }

        return sign * sum;
    }

    /// <summary>A <see cref="DateOnly"/>, <see cref="DateTime"/> (no zone) or <see cref="DateTimeOffset"/>; null when there is no such moment.</summary>
    public static object? ToTimestamp(string text)
    {
        var match = Moment().Match(text);
        if (!match.Success)
            return null;
        try
        {
            if (!match.Groups["hour"].Success)
                return new DateOnly(Group("year"), Group("month"), Group("day"));
            var micros = int.Parse(match.Groups["fraction"].Value.PadRight(6, '0')[..6], CultureInfo.InvariantCulture);
            var local = new DateTime(Group("year"), Group("month"), Group("day"), Group("hour"), Group("minute"), Group("second"), DateTimeKind.Unspecified)
                .AddMicroseconds(micros);
            if (!match.Groups["zone"].Success)
                return local;
            var offset = match.Groups["zoneHour"].Success ? new TimeSpan(Group("zoneHour"), Group("zoneMinute"), 0) : TimeSpan.Zero;
            return new DateTimeOffset(local, match.Groups["zoneSign"].Value == "-" ? -offset : offset);
        }
        catch (ArgumentException)
        {
            return null;
        }

        int Group(string name) => match.Groups[name] is { Length: > 0 } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>An integer of any size as values hold it.</summary>
    public static object Shrink(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;

    private static bool IsBoolWord(string text) => text is
        "yes" or "Yes" or "YES" or "no" or "No" or "NO" or "true" or "True" or "TRUE" or "false" or "False" or "FALSE" or "on" or "On" or "ON" or "off" or "Off" or "OFF";

    private static string Word(string text) =>
        IsBoolWord(text) ? YamlTags.Bool : text is "null" or "Null" or "NULL" ? YamlTags.Null : YamlTags.String;

    /// <summary>True for what most numbers are; spares them the patterns and big arithmetic.</summary>
    private static bool IsShortDecimal(string text)
    {
        if (text.Length is 0 or > 18 || (text[0] == '0' && text.Length > 1))
            return false;
        foreach (var c in text)
            if (!char.IsAsciiDigit(c))
                return false;
        return true;
    }

    private static string Number(string text)
    {
        if (IsShortDecimal(text))
            return YamlTags.Int;
        if (PythonFloat.IsShort(text))
            return YamlTags.Float;
        // No pattern below has another character.
        foreach (var c in text)
            if (!char.IsAsciiHexDigit(c) && !"_.:+-xiIntTZ \tN".Contains(c))
                return YamlTags.String;
        if (FloatText().IsMatch(text))
            return YamlTags.Float;
        if (IntegerText().IsMatch(text))
            return YamlTags.Int;
        return TimestampText().IsMatch(text) ? YamlTags.Timestamp : YamlTags.String;
    }

    private static (int Sign, string Digits) Signed(string text) =>
        (text.StartsWith('-') ? -1 : 1, text.Length > 0 && text[0] is '-' or '+' ? text[1..] : text);

    [GeneratedRegex(@"\A(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z")]
    private static partial Regex FloatText();

    [GeneratedRegex(@"\A[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)\z")]
    private static partial Regex IntegerText();

    [GeneratedRegex(@"\A(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)\z")]
    private static partial Regex TimestampText();

    [GeneratedRegex(@"\A(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})(?:(?:[Tt]|[ \t]+)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]*))?(?:[ \t]*(?<zone>Z|(?<zoneSign>[-+])(?<zoneHour>[0-9]{1,2})(?::(?<zoneMinute>[0-9]{2}))?))?)?\z")]
    private static partial Regex Moment();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Teuthology.Yaml;

/// <summary>Python's text of a float, and back.</summary>
internal static partial class PythonFloat
{
    /// <summary>The shortest text that reads back as <paramref name="number"/>: <c>0.1</c>, <c>1e-07</c>, <c>1e+16</c>, <c>1000000.0</c>.</summary>
    public static string Repr(double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Digits(shortest, text);
        var sign = double.IsNegative(number) ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        var plain = new StringBuilder(sign);
        if (exponent < 0)
            return plain.Append("0.").Append('0', -exponent - 1).Append(digits).ToString();
        plain.Append(digits.PadRight(exponent + 1, '0'));
        return plain.Insert(sign.Length + exponent + 1, '.').Append(digits.Length <= exponent + 1 ? "0" : "").ToString();
    }

    /// <summary>Significant digits without zeros at either end, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(string shortest, string scientific)
    {
        var found = new StringBuilder(shortest.Length);
        foreach (var c in shortest)
        {
            if (c == 'E')
                break;
            if (char.IsAsciiDigit(c))
                found.Append(c);
        }

        var digits = found.ToString().Trim('0');
        return digits.Length == 0
            ? ("0", 0)
            : (digits, Exponent(shortest, scientific));
    }

    private static int Exponent(string shortest, string scientific)
    {
        var mantissa = shortest.TrimStart('-');
        var e = mantissa.IndexOf('E');
        if (e >= 0)
            return int.Parse(mantissa.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        if (whole.TrimStart('0').Length > 0)
            return whole.Length - 1;
        return point < 0
            ? int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : point - (mantissa.Length - mantissa.AsSpan(point + 1).TrimStart('0').Length);
    }

    /// <summary>What Python's <c>float(text)</c> gives for a text without underscores; null when it raises.</summary>
    public static double? Parse(string text)
    {
        var plain = PythonInteger.Plain(text).Trim(' ', '\t', '\n', '\v', '\f', '\r');
        if (IsShort(plain) || Decimal().IsMatch(plain))
            return double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        var sign = plain.StartsWith('-') ? -1 : 1;
        return plain.TrimStart('+', '-').ToLowerInvariant() switch
        {
            _ when plain is ['+' or '-', '+' or '-', ..] => null,
            "inf" or "infinity" => sign * double.PositiveInfinity,
            "nan" => double.NaN,
            _ => null,
        };
    }

    /// <summary>True for what most floats are, digits with a point among them; spares them the pattern.</summary>
    public static bool IsShort(string text)
    {
        var point = text.IndexOf('.');
        return point >= 0 && text.Length > 1 && !text.AsSpan(0, point).ContainsAnyExceptInRange('0', '9') && !text.AsSpan(point + 1).ContainsAnyExceptInRange('0', '9');
    }

    [GeneratedRegex(@"\A[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\z")]
    private static partial Regex Decimal();
}

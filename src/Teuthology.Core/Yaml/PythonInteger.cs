using System.Globalization;
using System.Numerics;
using System.Text;

namespace Teuthology.Yaml;

/// <summary>Integers as Python's <c>int(text, base)</c> reads them.</summary>
internal static class PythonInteger
{
    /// <summary>Python refuses longer texts in bases that are no power of two: the time to read them grows with the square of their length.</summary>
    private const int MostDigits = 4300;

    /// <summary>
    /// The number; null when Python raises. White space around it, one sign, single underscores between digits, the base's own prefix
    /// (<c>0x</c>, <c>0o</c>, <c>0b</c>) and the decimal digits of every script are taken.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="radix">2, 8, 10 or 16.</param>
    public static BigInteger? Parse(string text, int radix = 10)
    {
        var plain = Plain(text).AsSpan().Trim(" \t\n\v\f\r");
        var negative = plain is ['-', ..];
        if (plain is ['-' or '+', ..])
            plain = plain[1..];
        if (plain is ['0', var prefix, ..] && char.ToLowerInvariant(prefix) == Prefix(radix))
            plain = plain is [_, _, '_', ..] ? plain[3..] : plain[2..];
        var digits = Digits(plain, radix);
        if (digits is null || (radix == 10 && digits.Length > MostDigits))
            return null;
        var number = radix switch
        {
            16 => BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            8 => Octal(digits),
            2 => BigInteger.Parse("0" + digits, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture),
            _ => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        return negative ? -number : number;
    }

    /// <summary>The text with other scripts' digits and spaces as those of ASCII.</summary>
    internal static string Plain(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
                plain.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            else
                plain.Append(Rune.IsWhiteSpace(rune) || rune.Value is >= 0x1c and <= 0x1f ? " " : rune.ToString());
        }

        return plain.ToString();
    }

    private static char Prefix(int radix) => radix switch
    {
        16 => 'x',
        8 => 'o',
        2 => 'b',
        _ => '\0',
    };

    /// <summary>The digits without underscores; null when one is none of the base, or an underscore stands alone.</summary>
    private static string? Digits(ReadOnlySpan<char> text, int radix)
    {
        var digits = new StringBuilder(text.Length);
        var afterDigit = false;
        foreach (var c in text)
        {
            var isDigit = char.IsAsciiHexDigit(c) && (char.IsAsciiDigit(c) ? c - '0' : 10) < radix;
            if (!isDigit && !(c == '_' && afterDigit))
                return null;
            if (isDigit)
                digits.Append(c);
            afterDigit = isDigit;
        }

        return afterDigit ? digits.ToString() : null;
    }

    private static BigInteger Octal(string digits) => digits.Length <= 20
        ? Convert.ToInt64(digits, 8)
        : BigInteger.Parse("0" + string.Concat(digits.Select(d => Convert.ToString(d - '0', 2).PadLeft(3, '0'))), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>A number of bytes, written as downburst reads it: <c>kB</c>, <c>MB</c>, … are powers of 1000; <c>KiB</c>, <c>MiB</c>, … and the bare <c>k K M G T</c> of 1024.</summary>
/// <param name="Bytes">The number.</param>
public readonly partial record struct ByteSize(long Bytes)
{
    private const string Decimal = "kMGTPEZY";
    private const string Binary = "KMGTPEZY";

    /// <summary>Reads a size such as <c>512M</c>, <c>3.8G</c>, <c>20 GiB</c> or <c>1048576</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="size">The size, when the result is true.</param>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        var match = Pattern().Match(text ?? "");
        if (!match.Success || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        if (Factor(match.Groups["unit"].Value) is not { } factor)
            return false;
        var bytes = (double)number * factor;
        if (bytes is < 1 or >= long.MaxValue)
            return false;
        size = new ByteSize((long)Math.Round(bytes));
        return true;
    }

    /// <summary>The number of bytes.</summary>
    public override string ToString() => Bytes.ToString(CultureInfo.InvariantCulture);

    private static double? Factor(string unit) => unit switch
    {
        "" or "B" => 1,
        "k" => 1024,
        [var letter] when "KMGT".Contains(letter) => Math.Pow(1024, Binary.IndexOf(letter) + 1),
        [var letter, 'B'] when Decimal.Contains(letter) => Math.Pow(1000, Decimal.IndexOf(letter) + 1),
        [var letter, 'i', 'B'] when Binary.Contains(letter) => Math.Pow(1024, Binary.IndexOf(letter) + 1),
        _ => null,
    };

    [GeneratedRegex(@"\A\s*(?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)\s*(?<unit>[a-zA-Z]*)\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}

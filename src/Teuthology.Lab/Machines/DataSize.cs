using System.Globalization;

namespace Teuthology.Lab;

/// <summary>Writes and reads sizes as people do.</summary>
public static class DataSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A number of bytes, e.g. <c>1.4 GiB</c>.</summary>
    /// <param name="bytes">The number.</param>
    public static string Tell(long bytes)
    {
        var unit = 0;
        double value = bytes;
        for (; value >= 1024 && unit < Units.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}");
    }

    /// <summary>Reads a number with a unit: <c>20GiB</c>, <c>500 MB</c>, <c>4G</c> (of 1024), <c>100</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Bytes; null when it is no size.</returns>
    public static long? Parse(string text)
    {
        var number = text.TrimEnd().TrimEnd([.. "KMGTkmgtiB"]).Trim();
        var unit = text.Trim()[number.Length..].Trim();
        var power = unit.Length == 0 ? 0 : "BKMGT".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal);
        double factor = unit.Length == 2 && unit[1] == 'B' ? 1000 : 1024;
        return unit.Length <= 3 && power >= 0 && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (long)Math.Min(value * Math.Pow(factor, power), long.MaxValue / 2)
            : null;
    }
}

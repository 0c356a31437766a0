using System.Globalization;

namespace Teuthology.Lab;

/// <summary>Writes sizes for people.</summary>
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
}

using System.Globalization;

namespace Teuthology;

/// <summary>Times as the results server writes them: UTC, a space, no zone, microseconds only when there are any.</summary>
public static class WireTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>The text, or null for null.</summary>
    /// <param name="time">UTC.</param>
    public static string? Write(DateTime? time) => time is not { } value ? null : value.ToString(
        value.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture);

    /// <summary>Reads such a text.</summary>
    /// <param name="text">The text; null gives false.</param>
    /// <param name="time">UTC.</param>
    public static bool TryParse(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}

using System.Globalization;

namespace Teuthology.Results;

/// <summary>Times as the results server writes them: UTC, a space, no zone, microseconds only when there are any.</summary>
public static class WireTime
{
    /// <summary>The text, or null for null.</summary>
    /// <param name="time">UTC.</param>
    public static string? Write(DateTime? time) => time is not { } value ? null : value.ToString(
        value.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture);
}

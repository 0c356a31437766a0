using System.Globalization;

namespace Teuthology.Yaml;

/// <summary>Python's text of a moment.</summary>
internal static class PythonTime
{
    /// <summary>ISO 8601 with microseconds where there are any and the zone where there is one.</summary>
    public static string Iso(object moment, char separator)
    {
        var (local, zone) = moment is DateTimeOffset aware
            ? (aware.DateTime, aware.ToString("zzz", CultureInfo.InvariantCulture))
            : ((DateTime)moment, "");
        var micros = local.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        var fraction = micros == 0 ? "" : $".{micros:000000}";
        return local.ToString($"yyyy-MM-dd'{separator}'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + zone;
    }
}

using System.Globalization;

namespace Teuthology.Server;

/// <summary>Numbers as pages write them.</summary>
internal static class Shown
{
    /// <summary>A length of time, <c>1:02:03</c> or <c>12.3 s</c>; empty for none.</summary>
    /// <param name="seconds">Seconds, or null.</param>
    public static string Length(double? seconds) => seconds switch
    {
        null or < 0 or double.NaN or > 1e9 => "",
        < 60 => seconds.Value.ToString("0.0 's'", CultureInfo.InvariantCulture),
        _ => TimeSpan.FromSeconds(Math.Round(seconds.Value)) is var length
            ? $"{(long)length.TotalHours}:{length.Minutes:00}:{length.Seconds:00}"
            : "",
    };

    /// <summary>A length of time between two moments.</summary>
    public static string Length(DateTime? from, DateTime? to) => from is null || to is null ? "" : Length((to - from).Value.TotalSeconds);

    /// <summary>A size, <c>3.4 MiB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => (bytes / 1024d).ToString("0.0 'KiB'", CultureInfo.InvariantCulture),
        < 1024L * 1024 * 1024 => (bytes / 1048576d).ToString("0.0 'MiB'", CultureInfo.InvariantCulture),
        _ => (bytes / 1073741824d).ToString("0.0 'GiB'", CultureInfo.InvariantCulture),
    };

    /// <summary>The first characters of a commit.</summary>
    public static string Commit(string? sha1) => sha1 is { Length: > 12 } ? sha1[..12] : sha1 ?? "";
}

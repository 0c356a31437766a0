using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Reads times as the user gives them.</summary>
/// <param name="timeline">The job, whose start and day they mean.</param>
internal sealed class LogTimes(JobTimeline timeline)
{
    private static readonly string[] Clocks = ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"];

    /// <summary>UTC.</summary>
    /// <exception cref="ConfigurationException">It is no time.</exception>
    public DateTime Read(string option, string text)
    {
        if (text.StartsWith('+') && timeline.Start is { } start && After(text[1..]) is { } after)
            return start + after;
        if (TimeOnly.TryParseExact(text, Clocks, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock) && timeline.Start is { } day)
        {
            var time = DateTime.SpecifyKind(day.Date + clock.ToTimeSpan(), DateTimeKind.Utc);
            return time < day.AddHours(-1) ? time.AddDays(1) : time; // past midnight
        }

        return text.Contains('-') && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : throw new ConfigurationException($"{option}: '{text}' is no time; write 19:22:08, 2026-11-22T19:22:08, or +90s, +5m, +1h from the job's start");
    }

    private static TimeSpan? After(string text)
    {
        var scale = text.Length == 0 ? 0 : text[^1] switch { 'h' => 3600, 'm' => 60, _ => 1 };
        return double.TryParse(text.TrimEnd('s', 'm', 'h'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 1e7
            ? TimeSpan.FromSeconds(number * scale)
            : null;
    }
}

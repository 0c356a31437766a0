using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Cli;

/// <summary>The end of a hold as people say it: <c>4h</c>, <c>1d12h</c>, <c>18:00</c>, <c>tomorrow</c>, <c>tomorrow 18:00</c>, <c>friday 9:00</c>, <c>2026-12-01 08:00</c>.</summary>
internal static partial class HoldEnd
{
    private const string Known = "a time is 90m, 4h, 2d, 1d12h, 18:00, tomorrow, \"tomorrow 18:00\", \"friday 9:00\" or \"2026-12-01 08:00\"";
    private static readonly string[] Dates = ["yyyy-M-d", "yyyy-M-d H:mm", "yyyy-M-d H:mm:ss", "yyyy-M-dTH:mm", "yyyy-M-dTH:mm:ss", "yyyy-M-dTH:mmzzz", "yyyy-M-dTH:mm:sszzz", "yyyy-M-dTH:mmK", "yyyy-M-dTH:mm:ssK"];

    /// <summary>Reads it; without a zone it is in the clock's own. A time of day that is over today is tomorrow's; a bare day ends with it.</summary>
    /// <exception cref="ConfigurationException">It is no time, or one in the past.</exception>
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        var now = time.GetLocalNow();
        var end = Read(text.Trim().ToLowerInvariant(), now, time.LocalTimeZone) ?? throw new ConfigurationException($"--until {text}: {Known}");
        return end > now ? end : throw new ConfigurationException($"--until {text}: that is over: it is {now:yyyy-MM-dd HH:mm}");
    }

    private static DateTimeOffset? Read(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Span().Match(text) is { Success: true, Length: > 0 } span)
            return now + TimeSpan.FromDays(Part(span, "d")) + TimeSpan.FromHours(Part(span, "h")) + TimeSpan.FromMinutes(Part(span, "m"));
        if (DateTimeOffset.TryParseExact(text.ToUpperInvariant(), Dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out _))
        {
            var zoned = DateTime.ParseExact(text.ToUpperInvariant(), Dates, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
            return zoned.Kind == DateTimeKind.Utc ? new DateTimeOffset(zoned) : In(zone, text.Contains(':') ? zoned : zoned.AddDays(1));
        }

        var (word, clock) = text.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var only] when only.Contains(':') => ("", only),
            [var only] => (only, ""),
            [var day, var hour] => (day, hour),
            _ => ("?", ""),
        };
        TimeOnly hourOfDay = default;
        if (clock.Length > 0 && !TimeOnly.TryParseExact(clock, "H:mm", out hourOfDay))
            return null;
        var today = now.Date;
        DateTime? date = word switch
        {
            "" => today + hourOfDay.ToTimeSpan() > now.DateTime ? today : today.AddDays(1),
            "today" => today,
            "tomorrow" => today.AddDays(1),
            _ when Enum.GetNames<DayOfWeek>().FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase) || (word.Length == 3 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase))) is { } name =>
                today.AddDays(1 + (((int)Enum.Parse<DayOfWeek>(name) - (int)today.DayOfWeek + 6) % 7)),
            _ => null,
        };
        return date is { } found ? In(zone, clock.Length > 0 ? found + hourOfDay.ToTimeSpan() : found.AddDays(1)) : null;
    }

    private static DateTimeOffset In(TimeZoneInfo zone, DateTime local) => new(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetUtcOffset(local));

    private static double Part(Match span, string unit) =>
        span.Groups[unit] is { Success: true, Value: var digits } ? double.Parse(digits, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(?<d>\d{1,4}) ?d(?:ays?)?)? ?(?:(?<h>\d{1,5}) ?h(?:ours?)?)? ?(?:(?<m>\d{1,6}) ?m(?:in(?:utes?)?)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Span();
}

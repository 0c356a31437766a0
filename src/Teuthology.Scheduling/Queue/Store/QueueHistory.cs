using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>The attempts of a job as its row keeps them.</summary>
internal static class QueueHistory
{
    /// <summary>A text that fits in a line of it.</summary>
    public static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    public static IEnumerable<QueueAttempt> Read(string history) =>
        from line in history.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split('\t')
        where parts.Length == 5
        select new QueueAttempt(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[4], Time(parts[1]), Time(parts[2]), parts[3]);

    public static DateTime Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;

    private static DateTime Time(string milliseconds) => Time(long.Parse(milliseconds, CultureInfo.InvariantCulture));
}

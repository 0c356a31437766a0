using System.Globalization;
using System.Text;

namespace Teuthology.Results;

/// <summary>
/// Finds the time that a line of a log begins with: ISO 8601 (teuthology, Ceph, rsyslog, journal; a space may stand for the T), or the old
/// syslog form <c>Nov 22 19:22:08</c>. Without a zone it is UTC.
/// </summary>
internal static class LineTime
{
    private const int Shortest = 15;
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Reads the time.</summary>
    /// <param name="line">The line.</param>
    /// <param name="year">Year of times that have none.</param>
    /// <param name="time">UTC.</param>
    /// <param name="length">Length of the time's text.</param>
    public static bool TryRead(ReadOnlySpan<byte> line, int year, out DateTime time, out int length)
    {
        time = default;
        length = 0;
        if (line.Length < Shortest)
            return false;
        return char.IsAsciiDigit((char)line[0]) ? TryIso(line, out time, out length) : TrySyslog(line, year, out time, out length);
    }

    private static bool TryIso(ReadOnlySpan<byte> line, out DateTime time, out int length)
    {
        time = default;
        length = 19;
        if (line.Length < length || line[4] != '-' || line[7] != '-' || line[10] is not ((byte)'T' or (byte)' ') || line[13] != ':' || line[16] != ':')
            return false;
        if (!Make(Number(line[..4]), Number(line[5..7]), Number(line[8..10]), line[11..], out time))
            return false;
        if (length < line.Length && line[length] is (byte)'.' or (byte)',')
        {
            var scale = TimeSpan.TicksPerSecond;
            for (length++; length < line.Length && char.IsAsciiDigit((char)line[length]); length++)
            {
                scale /= 10;
                time = time.AddTicks((line[length] - '0') * scale);
            }
        }

        if (length < line.Length && line[length] == 'Z')
        {
            length++;
        }
        else if (length + 5 <= line.Length && line[length] is (byte)'+' or (byte)'-')
        {
            var colon = line[length + 3] == ':' ? 1 : 0;
            if (length + 5 + colon > line.Length)
                return true;
            var (hours, minutes) = (Number(line.Slice(length + 1, 2)), Number(line.Slice(length + 3 + colon, 2)));
            if (hours is < 0 or > 14 || minutes is < 0 or > 59)
                return true;
            var offset = TimeSpan.FromMinutes((hours * 60) + minutes);
            time -= line[length] == '-' ? -offset : offset;
            length += 5 + colon;
        }

        return true;
    }

    private static bool TrySyslog(ReadOnlySpan<byte> line, int year, out DateTime time, out int length)
    {
        time = default;
        length = Shortest;
        if (line[3] != ' ' || line[6] != ' ' || line[9] != ':' || line[12] != ':')
            return false;
        var month = Array.IndexOf(Months, Encoding.ASCII.GetString(line[..3])) + 1;
        var day = line[4] == ' ' ? Number(line[5..6]) : Number(line[4..6]);
        return month > 0 && Make(year, month, day, line[7..], out time);
    }

    private static bool Make(int year, int month, int day, ReadOnlySpan<byte> clock, out DateTime time)
    {
        time = default;
        var (hour, minute, second) = (Number(clock[..2]), Number(clock[3..5]), Number(clock[6..8]));
        if (year < 1970 || month is < 1 or > 12 || day < 1 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59
            || day > CultureInfo.InvariantCulture.Calendar.GetDaysInMonth(year, month))
            return false;
        time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return -1;
            number = (number * 10) + digit - '0';
        }

        return number;
    }
}

using System.Globalization;

namespace Teuthology.Lab;

/// <summary>What /proc tells about a process.</summary>
internal static class ProcessLife
{
    /// <summary>When the process started, in clock ticks since boot; null when there is none or it is a zombie.</summary>
    public static long? StartTicks(int processId)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The command name, field 2, may hold blanks and brackets: count from its end. proc(5)
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }
}

using System.Globalization;

namespace Teuthology;

/// <summary>What /proc tells about a process.</summary>
public static class ProcessLife
{
    /// <summary>When the process started, in clock ticks since boot; null when there is none or it is a zombie.</summary>
    /// <param name="processId">Its id.</param>
    public static long? StartTicks(int processId) =>
        Fields(processId) is { } fields ? long.Parse(fields[19], CultureInfo.InvariantCulture) : null;

    /// <summary>Its parent's id; null when there is no such process or it is a zombie.</summary>
    /// <param name="processId">Its id.</param>
    public static int? Parent(int processId) =>
        Fields(processId) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;

    // The fields of /proc/PID/stat from the third on, see proc(5).
    private static string[]? Fields(int processId)
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

        // The command name, field 2, may hold blanks and brackets: count from its end.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : fields;
    }
}

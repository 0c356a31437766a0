using System.Globalization;

namespace Teuthology.Results;

/// <summary>Names a process for good: boot, process id and start time, as ids alone are used again.</summary>
/// <param name="Boot">The kernel's boot id.</param>
/// <param name="Process">Process id.</param>
/// <param name="StartTime">Clock ticks from boot to its start, from /proc/PID/stat.</param>
public sealed record ProcessMark(string Boot, int Process, string StartTime)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>The mark of this process.</summary>
    public static ProcessMark Current { get; } = new(BootId(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? "0");

    /// <summary>Whether the process that a mark names still lives on this host.</summary>
    /// <param name="mark">What <see cref="ToString"/> gave.</param>
    /// <returns>True also for a mark that cannot be read: then nobody can say that it is gone.</returns>
    public static bool IsAlive(string mark)
    {
        var parts = mark.Split(' ');
        if (parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            return true;
        return parts[0] == BootId() && StartOf(process) == parts[2];
    }

    /// <summary>The mark as one word list: boot, process, start.</summary>
    public override string ToString() => $"{Boot} {Process} {StartTime}";

    private static string BootId() => File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : "unknown";

    private static string? StartOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");

            // The second field is the program's name in parentheses and may hold spaces; start time is field 22.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return null;
        }
    }
}

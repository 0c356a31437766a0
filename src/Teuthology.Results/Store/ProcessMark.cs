using System.Globalization;

namespace Teuthology.Results;

/// <summary>Names a process for good: boot, pid namespace, process id and start time, as ids alone are used again.</summary>
/// <param name="Boot">The kernel's boot id.</param>
/// <param name="Space">The pid namespace.</param>
/// <param name="Process">Process id.</param>
/// <param name="StartTime">Clock ticks from boot to its start, from /proc/PID/stat.</param>
public sealed record ProcessMark(string Boot, string Space, int Process, string StartTime)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>The mark of this process.</summary>
    public static ProcessMark Current { get; } = new(
        File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : "unknown",
        new FileInfo("/proc/self/ns/pid").LinkTarget ?? "unknown",
        Environment.ProcessId,
        StartOf(Environment.ProcessId) ?? "0");

    /// <summary>Whether the process that a mark names may still live.</summary>
    /// <param name="mark">What <see cref="ToString"/> gave.</param>
    /// <returns>False when it is certainly gone; true also when nobody here can tell (another container, an unreadable mark).</returns>
    public static bool MayBeAlive(string mark)
    {
        if (mark.Split(' ') is not [var boot, var space, var id, var start]
            || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process))
            return true;
        if (boot != Current.Boot)
            return false;
        return space != Current.Space || StartOf(process) == start;
    }

    /// <summary>The four parts, blanks between.</summary>
    public override string ToString() => $"{Boot} {Space} {Process} {StartTime}";

    private static string? StartOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");

            // The second field is the program's name in brackets and may hold blanks: count from its end. proc(5)
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

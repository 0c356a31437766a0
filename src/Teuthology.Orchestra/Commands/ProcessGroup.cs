namespace Teuthology.Orchestra;

/// <summary>The processes of a command on its host, named by those that lead them.</summary>
internal static class ProcessGroup
{
    private const int TicksPerSecond = 20;
    private static readonly string Script = Read();

    /// <summary>The line that ends them all and returns when they are gone.</summary>
    public static string KillLine(IEnumerable<int> pids, TimeSpan grace) => Line("kill", ((int)(grace.TotalSeconds * TicksPerSecond)).ToString(), pids);

    /// <summary>The line that sends each of them a signal.</summary>
    public static string SignalLine(IEnumerable<int> pids, int signal) => Line("signal", Name(signal), pids);

    private static string Line(string mode, string value, IEnumerable<int> pids) =>
        $"exec /bin/sh -c {ShellQuote.Quote(Script)} kill-group {mode} {value} {string.Join(' ', pids)}";

    /// <summary>The name that every shell knows; of the numbers only these are alike on all processors.</summary>
    private static string Name(int signal) => signal switch
    {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        6 => "ABRT",
        9 => "KILL",
        10 => "USR1",
        11 => "SEGV",
        12 => "USR2",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        18 => "CONT",
        19 => "STOP",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Known are HUP 1, INT 2, QUIT 3, ABRT 6, KILL 9, USR1 10, SEGV 11, USR2 12, PIPE 13, ALRM 14, TERM 15, CONT 18 and STOP 19."),
    };

    private static string Read()
    {
        using var resource = typeof(ProcessGroup).Assembly.GetManifestResourceStream("kill-group.sh")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}

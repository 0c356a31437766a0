using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>The guardian's program and the lines that run it.</summary>
internal static class GuardianScript
{
    /// <summary>The state on the host is gone.</summary>
    public const int Gone = 75;

    /// <summary>A newer fence has the host.</summary>
    public const int Refused = 76;

    /// <summary>Output that had not arrived is not there any more.</summary>
    public const int OutputLost = 78;

    /// <summary>Who runs the commands of a lane on the host was killed.</summary>
    public const int WorkerKilled = 79;

    /// <summary>Another session attached in this moment.</summary>
    public const int Superseded = 80;

    private const int TicksPerSecond = 100;
    private static readonly string Text = Read();

    /// <summary>Makes or renews a controller's state, and drops those of its first lanes that are not used any more.</summary>
    /// <param name="options">Where the state goes, and whose it is.</param>
    /// <param name="host">What tells the host from others that share its file system.</param>
    /// <param name="id">The controller.</param>
    /// <param name="lanes">Names of lanes in use, and how many were ever made.</param>
    /// <param name="lane">Name and token of a lane that the session shall become; null for none.</param>
    public static string Begin(GuardianOptions options, string host, string id, (string Used, int Made) lanes, string? lane) =>
        $"g={ShellQuote.Quote(Text)}; exec /bin/sh -c \"$g\" guardian begin {host} {ShellQuote.Quote(options.Directory ?? "")} {id} {ShellQuote.Quote(options.Job)} {Number(options.Fence)} {Seconds(options.Lease)} {ShellQuote.Quote(lanes.Used)} {Number(lanes.Made)} \"$g\" {lane}";

    /// <summary>Renews the lease.</summary>
    public static string Beat(string home, TimeSpan lease) => Call(home, $"beat {ShellQuote.Quote(home)} {Seconds(lease)}");

    /// <summary>Ends what runs and removes the state.</summary>
    public static string End(string home) => Call(home, $"end {ShellQuote.Quote(home)}");

    /// <summary>Any other action of the guardian that was begun there.</summary>
    public static string Call(string home, string action) => $"exec /bin/sh {ShellQuote.Quote(home + "/guardian")} {action}";

    /// <summary>Ends a command: TERM, KILL after the grace; returns when its processes are gone.</summary>
    /// <param name="place">Its lane's directory and its number there, or <c>- 0</c>.</param>
    /// <param name="pids">Processes that lead it, as far as they are known here.</param>
    /// <param name="grace">Time between TERM and KILL.</param>
    public static string Kill(string place, IEnumerable<int> pids, TimeSpan grace) =>
        Inline($"kill {Number((long)(grace.TotalSeconds * TicksPerSecond))} {place} {string.Join(' ', pids)}");

    /// <summary>Sends every process of a command a signal.</summary>
    public static string Signal(string place, IEnumerable<int> pids, int signal) => Inline($"signal {Name(signal)} {place} {string.Join(' ', pids)}");

    public static string Seconds(TimeSpan span) => Number((long)Math.Ceiling(Math.Max(1, span.TotalSeconds)));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>With the whole program in the line: it works also when the state is gone.</summary>
    private static string Inline(string action) => $"exec /bin/sh -c {ShellQuote.Quote(Text)} guardian {action}";

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
        using var resource = typeof(GuardianScript).Assembly.GetManifestResourceStream("guardian.sh")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}

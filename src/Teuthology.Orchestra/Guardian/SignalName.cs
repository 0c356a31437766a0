namespace Teuthology.Orchestra;

/// <summary>Names of signals on Linux, as on x86 and ARM (signal(7)).</summary>
internal static class SignalName
{
    private static readonly string[] Names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The name without SIG, or the number where it has none.</summary>
    public static string Of(int number) => number >= 1 && number <= Names.Length ? Names[number - 1] : $"{number}";
}

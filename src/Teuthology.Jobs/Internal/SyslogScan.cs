using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>Looks for the kernel's bugs in its log.</summary>
internal static class SyslogScan
{
    // Lines that mention BUG, INFO or DEADLOCK without telling of one (upstream's list).
    private static readonly string[] Harmless =
    [
        "task .* blocked for more than .* seconds", "lockdep is turned off", "trying to register non-static key", "DEBUG: fsize", "CRON",
        "BUG: bad unlock balance detected", "inconsistent lock state", @"\*\*\* DEADLOCK \*\*\*",
        "INFO: possible irq lock inversion dependency detected", @"INFO: NMI handler \(perf_event_nmi_handler\) took too long to run",
        "INFO: recovery required on readonly", "ceph-create-keys: INFO", "INFO:ceph-create-keys", "Loaded datasource DataSourceOpenStack",
        "container-storage-setup: INFO: Volume group backing root filesystem could not be determined", @"\bsalt-(master|minion|api)\b",
        "ceph-crash", @"\btcmu-runner\b.*\bINFO\b",
    ];

    /// <summary>A shell command that writes the first line of a log which tells of a bug, or nothing.</summary>
    /// <param name="log">Path of the log.</param>
    public static string Script(string log) =>
        $@"grep -E --binary-files=text '\bBUG\b|\bINFO\b|\bDEADLOCK\b' -- {ShellQuote.Quote(log)} | grep -E -v {ShellQuote.Quote(string.Join('|', Harmless))} | head -n 1";
}

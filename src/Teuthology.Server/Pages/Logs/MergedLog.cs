using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A page of the merged logs of a job: its own and those of its machines, by time.</summary>
/// <param name="Lines">The lines.</param>
/// <param name="Hosts">Machines that have logs.</param>
/// <param name="Host">The one that is shown; null for all.</param>
/// <param name="Skip">Lines before these.</param>
/// <param name="More">Whether there are lines behind these.</param>
internal sealed record MergedLog(IReadOnlyList<(DateTime Time, LogSeverity Severity, LogLine Said)> Lines, IReadOnlyList<string> Hosts, string? Host, int Skip, bool More)
{
    public const int Count = 1000;

    /// <summary>Reads a page.</summary>
    /// <exception cref="ConfigurationException">It is no job's archive.</exception>
    public static MergedLog Read(string archive, string? host, string? text, int skip, CancellationToken cancellationToken)
    {
        using var logs = JobLogs.Open(archive, growing: false);
        List<(DateTime, LogSeverity, LogLine)> lines = [];
        var passed = 0;
        while (logs.Next(out var entry))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var said = entry.Split();
            if ((host is not null && said.Host != host) || (text is not null && !said.Text.Contains(text, StringComparison.OrdinalIgnoreCase)))
                continue;
            if (passed++ < skip)
                continue;
            if (lines.Count == Count)
                return new MergedLog(lines, logs.Hosts, host, skip, true);
            lines.Add((entry.Time, entry.Severity, said));
        }

        return new MergedLog(lines, logs.Hosts, host, skip, false);
    }
}

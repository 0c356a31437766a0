using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>The mail about a run, in upstream's words.</summary>
/// <param name="Subject">E.g. <c>1 fail, 3 pass in RUN</c>.</param>
/// <param name="Body">Plain text.</param>
public sealed record RunMail(string Subject, string Body)
{
    private const int ReasonWidth = 75;

    // A reason may be the output of a whole command: nobody reads that in a mail.
    private const int LongestReason = 64 * 1024;
    private static readonly string DoubleRule = new('=', 65);
    private static readonly string Rule = new('-', 65);

    // Upstream knows the first six; a job of ours may have been skipped, one that nobody told of is unknown.
    private static readonly string[] Order = [JobState.Fail, JobState.Dead, JobState.Running, JobState.Waiting, JobState.Queued, JobState.Pass, JobState.Skip, JobState.Unknown];

    /// <summary>Writes it.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobs">Its jobs, in the order they are to be told.</param>
    /// <param name="site">The site's configuration: <c>results_ui_server</c>, <c>archive_server</c>.</param>
    public static RunMail Write(string runName, IReadOnlyList<JobRecord> jobs, SiteConfig site)
    {
        ArgumentNullException.ThrowIfNull(site);
        var groups = Order.Select(status => (Status: status, Jobs: jobs.Where(job => job.Status == status).ToList())).ToList();
        var info = site.ResultsUiServer is { } ui ? Below(ui, runName) : "None";
        var logs = site.ArchiveServer is { } archive ? Below(archive, runName) : "None";
        var counts = new[] { ("failed:  ", 0), ("dead:    ", 1), ("running: ", 2), ("waiting: ", 3), ("queued:  ", 4), ("passed:  ", 5) }
            .Select(count => $"{count.Item1}{groups[count.Item2].Jobs.Count.ToString(CultureInfo.InvariantCulture)}\n");
        var sections = groups.Where(group => group.Jobs.Count > 0).Select(group =>
            $"\n{char.ToUpperInvariant(group.Status[0])}{group.Status[1..]}\n{DoubleRule}\n{string.Concat(group.Jobs.Select(job => Stanza(runName, job, site)))}\n");
        var subject = string.Join(", ", groups.Where(group => group.Jobs.Count > 0).Select(group => $"{group.Jobs.Count} {group.Status}"));
        return new RunMail(
            $"{subject} in {runName}".Trim(),
            $"Test Run: {runName}\n{DoubleRule}\ninfo:    {info}\nlogs:    {logs}\n{string.Concat(counts)}\n{string.Concat(sections)}".Trim());
    }

    private static string Stanza(string runName, JobRecord job, SiteConfig site)
    {
        var time = $"time:   {Duration(job.Duration)}";
        var info = site.ResultsUiServer is { } ui ? $"\ninfo:   {Below(ui, runName, job.JobId)}" : "";
        if (JobState.IsUnfinished(job.Status))
            return $"[{job.JobId}] {job.Description}{info}\n\n";
        if (job.Status is not (JobState.Fail or JobState.Dead))
            return $"[{job.JobId}] {job.Description}\n{time}{info}\n\n";
        var log = Log(runName, job, site) is { } address ? $"\nlog:    {address}" : "";
        var sentry = job.Document["sentry_event"]?.ToString() is { Length: > 0 } page ? $"\nsentry: {page}" : "";
        var reason = string.IsNullOrEmpty(job.FailureReason) ? "" : $"\n\n{string.Join('\n', FilledText.Lines(job.FailureReason.Length > LongestReason ? job.FailureReason[..LongestReason] : job.FailureReason, ReasonWidth).Select(line => $"    {line}"))}".TrimEnd();
        return $"[{job.JobId}]  {job.Description}\n{Rule}\n{time}{info}{log}{sentry}{reason}\n\n";
    }

    // The directory of the log, by whoever serves it.
    private static string? Log(string runName, JobRecord job, SiteConfig site)
    {
        if (job.LogHref is { } href)
            return href[..(href.LastIndexOf('/') + 1)];
        return site.ArchiveServer is { } server ? Below(server, runName, job.JobId) : job.ArchivePath is { } path ? $"{path}/" : null;
    }

    private static string Below(string address, params IEnumerable<string> parts) => $"{address.TrimEnd('/')}/{string.Join('/', parts)}/";

    private static string Duration(double? seconds)
    {
        var whole = (long)(seconds ?? 0);
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 3600:00}:{whole / 60 % 60:00}:{whole % 60:00}");
    }
}

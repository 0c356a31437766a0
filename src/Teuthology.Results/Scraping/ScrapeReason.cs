using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>Why jobs failed, as upstream's scraper tells failures apart: by what crashed rather than by the words of the failure.</summary>
/// <param name="Description">One line: <c>Crash: …</c>, <c>Timeout 3h running x.sh</c>.</param>
/// <param name="Detail">A backtrace; null for none.</param>
/// <param name="Matches">Whether another job failed for the same reason.</param>
public sealed partial record ScrapeReason(string Description, string? Detail, Func<ScrapedJob, bool> Matches)
{
    private const double Alike = 0.5;
    private static readonly Regex[] NoPackages = [NoVersion(), NoUpdate()];

    /// <summary>The most telling reason of a job that did not pass.</summary>
    /// <param name="job">The job.</param>
    public static ScrapeReason Of(ScrapedJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (LacksPackages(job))
            return new ScrapeReason("Missing packages", null, LacksPackages);
        if (job.Summary is null)
            return new ScrapeReason($"Dead: {job.LastLogLine ?? "None"}", job.Backtrace, other => IsSameDeath(job, other));
        if (job.Assertion is { } assertion)
        {
            return assertion.Contains("common/lockdep", StringComparison.Ordinal)
                ? new ScrapeReason($"Lockdep: {assertion}", job.Backtrace, other => assertion == other.Assertion && (job.Backtrace is null || IsSameBacktrace(job, other)))
                : new ScrapeReason($"Assertion: {assertion}", job.Backtrace, other => assertion == other.Assertion);
        }

        if (TimeoutOf(job) is { } timeout)
            return new ScrapeReason($"Timeout {timeout.Limit} running {timeout.Command}", null, other => TimeoutOf(other) == timeout);
        if (job.FailureReason!.Contains("saw valgrind issues", StringComparison.Ordinal))
            return new ScrapeReason($"Valgrind: {Issues(job)}", null, other => IssueSet(job).SetEquals(IssueSet(other)));
        return new ScrapeReason($"{(job.Backtrace is null ? "Failure" : "Crash")}: {job.FailureReason}", job.Backtrace, other => IsSameFailure(job, other));
    }

    private static bool LacksPackages(ScrapedJob job) => job.FailureReason is { } reason && NoPackages.Any(words => words.Match(reason) is { Success: true, Index: 0 });

    private static bool IsSameBacktrace(ScrapedJob job, ScrapedJob other) => other.Backtrace is { } theirs && TextLikeness.Ratio(job.Backtrace!, theirs) > Alike;

    private static bool IsSameDeath(ScrapedJob job, ScrapedJob other)
    {
        if (other.Summary is not null)
            return false;
        if (job.Backtrace is not null)
            return IsSameBacktrace(job, other);
        return job.LastLogLine is { } line && other.LastLogLine is { } theirs ? TextLikeness.Ratio(line, theirs) > Alike : job.LastLogLine == other.LastLogLine;
    }

    // A crash is a crash, whatever the symptoms; without one the words decide.
    private static bool IsSameFailure(ScrapedJob job, ScrapedJob other)
    {
        if (other.FailureReason is not { } theirs || (job.Backtrace is null) != (other.Backtrace is null))
            return false;
        if (job.Backtrace is not null)
            return IsSameBacktrace(job, other);
        var ours = job.FailureReason!;
        if (ours.Contains("Test failure:", StringComparison.Ordinal))
            return ours == theirs;
        return Workunit().Match(ours) is { Success: true } script
            ? Workunit().Match(theirs) is { Success: true } other2 && other2.Groups[1].Value == script.Groups[1].Value
            : TextLikeness.Ratio(ours, theirs) > Alike;
    }

    private static (string Limit, string Command)? TimeoutOf(ScrapedJob job)
    {
        if (job.FailureReason is not { } reason || TimedOut().Match(reason) is not { Success: true } match)
            return null;

        // Of /home/ubuntu/cephtest/workunit.client.0/cephtool/test.sh what follows the machine's own directories.
        var parts = match.Groups[2].Value.Split('/');
        var own = Array.FindLastIndex(parts, part => part.Contains("workunit.", StringComparison.Ordinal) || part.Contains("cephtest", StringComparison.Ordinal));
        return (match.Groups[1].Value, string.Join('/', parts[(own + 1)..]));
    }

    private static string Issues(ScrapedJob job) => string.Join(", ", job.ValgrindIssues.Select(issue => $"{issue.Service} ({string.Join(", ", issue.Kinds)})"));

    private static HashSet<string> IssueSet(ScrapedJob job) => [.. job.ValgrindIssues.SelectMany(issue => issue.Kinds.Select(kind => $"{issue.Service} {kind}"))];

    [GeneratedRegex("^Failed to fetch package version from http://", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex NoVersion();

    [GeneratedRegex("^Command failed on .* with status 100: 'sudo apt-get update", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex NoUpdate();

    [GeneratedRegex(@"workunit test (.*)\) on ", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Workunit();

    [GeneratedRegex("status 124:.* timeout ([^ ]+) ([^']+)'", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex TimedOut();
}

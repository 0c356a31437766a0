using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>The sorted failures of a run, for people.</summary>
internal static class TriageText
{
    private const int Most = 3;

    /// <summary>Writes them.</summary>
    public static void Write(TextWriter to, RunTriage triage, IReadOnlyList<JobSummary> retries, KnownIssues known)
    {
        var run = triage.Run;
        to.WriteLine($"{run.Name}: {run.Status}, {Count(run.JobsCount, "job")}, {Count(triage.Groups.Count, "kind")} of failure, {triage.New.Count().ToString(CultureInfo.InvariantCulture)} of them not known");
        foreach (var group in triage.Groups)
        {
            to.WriteLine();
            to.WriteLine($"{group.Fingerprint.Id}  {Count(group.Jobs.Count, "job")}: {string.Join(' ', group.Jobs.Select(job => job.JobId))}");
            foreach (var line in (group.Jobs[0].FailureReason ?? group.Fingerprint.Reason).TrimEnd().Split('\n').Take(5))
                to.WriteLine($"    {line.TrimEnd()}");
            if (group.Fingerprint.Signature is { } sign)
                to.WriteLine($"    log: {sign}");
            if (group.Known is { } issue)
                to.WriteLine($"    known: {issue.Name} ({issue.Owner}, until {issue.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}){(issue.Link is null ? "" : " " + issue.Link)}");
            if (group.Expired is { } over)
                to.WriteLine($"    was known until {over.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {over.Name} ({over.Owner}){(over.Link is null ? "" : " " + over.Link)}");
            to.WriteLine(group.Before.Count == 0
                ? "    not seen in the last runs of the suite"
                : $"    seen in {string.Join(", ", group.Before.Take(Most))}{(group.Before.Count > Most ? $" and {(group.Before.Count - Most).ToString(CultureInfo.InvariantCulture)} more" : "")}");
            foreach (var job in group.Jobs.Where(job => triage.Flaky.ContainsKey(job.JobId)))
                to.WriteLine($"    flaky: {job.JobId} passed on unchanged inputs as {triage.Flaky[job.JobId].RunName}/{triage.Flaky[job.JobId].JobId}");
        }

        foreach (var (id, attempts) in triage.PassedOnRetry)
            to.WriteLine($"\nflaky: {id} passed at attempt {attempts.ToString(CultureInfo.InvariantCulture)}, after the lab had failed it");
        foreach (var issue in known.Expired)
            to.WriteLine($"\nover since {issue.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {issue.Name} ({issue.Owner}), {issue.At}");
        if (retries.Count == 0)
            return;
        to.WriteLine();
        to.WriteLine($"worth another try: {string.Join(' ', retries.Select(job => job.JobId))}");
        to.WriteLine($"    teuthology suite --rerun {run.Name} --rerun-statuses {string.Join(',', retries.Select(job => job.Status).Distinct().Order(StringComparer.Ordinal))}");
    }

    private static string Count(int number, string what) => $"{number.ToString(CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";
}

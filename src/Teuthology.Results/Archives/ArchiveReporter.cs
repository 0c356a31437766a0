using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>Tells a results directory of runs by what lies in their archives, as upstream's <c>teuthology-report</c> does.</summary>
/// <param name="archiveBase">Directory above all runs' archives.</param>
/// <param name="results">Is told.</param>
/// <param name="say">Is told of the steps, in upstream's words.</param>
public sealed class ArchiveReporter(string archiveBase, IResultsDirectory results, Action<string> say)
{
    /// <summary>Runs that are told of again, although the results have them.</summary>
    public bool Refresh { get; init; }

    /// <summary>Jobs that did not end are told as dead.</summary>
    public bool Dead { get; init; }

    /// <summary>The runs of the archive, by name.</summary>
    public IReadOnlyList<string> Runs => [.. Directory.EnumerateDirectories(archiveBase).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Tells of runs.</summary>
    /// <param name="runs">Their names.</param>
    /// <param name="done">Told of each run that is done.</param>
    /// <param name="cancellationToken">Stops between two jobs.</param>
    /// <returns>How many jobs they have.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the results do not answer.</exception>
    public async Task<int> ReportRunsAsync(IReadOnlyList<string> runs, Action<string>? done, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runs);
        say($"Posting {runs.Count} runs");
        var total = 0;
        foreach (var run in runs)
        {
            total += await ReportRunAsync(run, cancellationToken);
            done?.Invoke(run);
        }

        say($"Total: {total} jobs in {runs.Count} runs");
        return total;
    }

    /// <summary>Tells of one run.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="cancellationToken">Stops between two jobs.</param>
    /// <returns>How many jobs were told of.</returns>
    /// <exception cref="ConfigurationException">Nobody knows of such a run.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the results do not answer.</exception>
    public async Task<int> ReportRunAsync(string run, CancellationToken cancellationToken)
    {
        var directory = DirectoryOf(run);
        var jobs = Directory.Exists(directory)
            ? Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path)).Where(name => name.All(char.IsAsciiDigit)).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).ToList()
            : [];
        say($"{run} {jobs.Count} jobs dead={Dead}");
        var known = await results.RunAsync(run, cancellationToken);
        if (jobs.Count == 0 && known is null)
            throw new ConfigurationException($"there is no run {run} in {archiveBase}, nor in {results.Place}");
        if (known is not null && !Refresh && !Dead)
        {
            say("    already present; skipped");
            return 0;
        }

        if (Dead)
            jobs = [.. jobs, .. (await results.JobsAsync(run, cancellationToken)).Where(job => JobState.IsUnfinished(job.Status)).Select(job => job.JobId).Except(jobs, StringComparer.Ordinal)];
        await ReportJobsAsync(run, jobs, cancellationToken);
        return jobs.Count;
    }

    /// <summary>Tells of jobs.</summary>
    /// <param name="run">Their run.</param>
    /// <param name="jobs">Their ids.</param>
    /// <param name="cancellationToken">Stops between two jobs.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the results do not answer.</exception>
    public async Task ReportJobsAsync(string run, IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        foreach (var job in jobs)
            await results.SaveJobAsync(run, job, Read(run, job), cancellationToken);
    }

    private string DirectoryOf(string run) => Path.Combine(archiveBase, SafePath.Munge(run));

    private JsonObject Read(string run, string job)
    {
        var directory = Path.Combine(DirectoryOf(run), SafePath.Munge(job));
        var report = ArchiveReport.Read(directory);
        var log = Path.Combine(directory, "teuthology.log");
        if (File.Exists(log))
            report["updated"] = File.GetLastWriteTime(log).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        if (Dead && report["status"] is null && report["success"] is null)
        {
            report["status"] = JobState.Dead;
            report["success"] = false;
        }

        return report;
    }
}

using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>Waits for a run and tells how its jobs ended, as upstream's <c>teuthology-wait</c> does.</summary>
internal sealed class WaitTelling(Terminal terminal, SiteConfig site)
{
    /// <summary>Upstream's three days, where the site says nothing.</summary>
    private static readonly TimeSpan UsualJobTime = TimeSpan.FromDays(3);

    /// <param name="results">Where the run is written down.</param>
    /// <param name="runName">Its name.</param>
    /// <param name="uploadUrl">Where archives are uploaded to, for links; null for the logs' own addresses.</param>
    /// <param name="json">One JSON object a line.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>0 when every job passed, or was skipped.</returns>
    public async Task<int> WaitAsync(IResultsDirectory results, string runName, string? uploadUrl, bool json, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteLineAsync($"waiting for the run {runName} to complete");
        var jobs = await new RunWait(results, terminal.Time).WaitAsync(
            runName, site.MaxJobTime ?? UsualJobTime, new LeftProgress(terminal.Error), cancellationToken);
        await terminal.Error.WriteLineAsync("wait is done");
        foreach (var job in jobs)
        {
            var url = uploadUrl is null ? job.LogHref ?? job.ArchivePath : $"{uploadUrl.TrimEnd('/')}/{runName}/{job.JobId}";
            await terminal.Out.WriteLineAsync(json
                ? new JsonObject { ["job_id"] = job.JobId, ["status"] = job.Status, ["url"] = url, ["description"] = job.Description }.ToJsonString()
                : $"{job.Status} {url} {job.Description}");
        }

        return jobs.All(job => job.Status is JobState.Pass or JobState.Skip) ? ExitCode.Success : ExitCode.Failure;
    }

    private sealed class LeftProgress(TextWriter writer) : IProgress<int>
    {
        public void Report(int value) => writer.WriteLine($"{value} job{(value == 1 ? "" : "s")} to go");
    }
}

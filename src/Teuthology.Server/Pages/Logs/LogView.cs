using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a log shows: one of the three.</summary>
internal sealed record LogView(JobRecord Job, LogWindow? Window, LogSearch? Search, MergedLog? Merged, string? Text, bool AtEnd)
{
    public string Address => Addresses.Log(Job.RunName, Job.JobId);

    /// <summary>Whether lines that come are to be shown as they do.</summary>
    public bool Live => Window is not null && AtEnd && JobState.IsUnfinished(Job.Status);

    /// <summary>Machines that speak on the page.</summary>
    public IEnumerable<string> Hosts => (Window?.Lines ?? []).Select(line => line.Line.Said.Host).Where(host => host.Length > 0).Distinct().Order(StringComparer.Ordinal);
}

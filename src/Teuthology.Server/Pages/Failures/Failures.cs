using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What pages tell about failures: groups, where they were before, and what is known of them.</summary>
/// <param name="index">Which runs had which failure.</param>
/// <param name="known">The file of known issues.</param>
internal sealed class Failures(FailureIndex index, KnownIssuesFile known)
{
    /// <summary>Failed jobs by their fingerprints.</summary>
    /// <param name="jobs">Jobs in any state.</param>
    /// <param name="run">Name of their run, which is not told as one from before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<FailureGroup>> GroupsAsync(IEnumerable<JobSummary> jobs, string run, CancellationToken cancellationToken)
    {
        var groups = FailureGroup.Of(jobs, _ => [], known.Current);
        if (groups.Count == 0)
            return groups;
        var runs = await index.RunsAsync([.. groups.Select(group => group.Fingerprint.Id)], cancellationToken);
        return [.. groups.Select(group => group with { Before = [.. runs.GetValueOrDefault(group.Fingerprint.Id, []).Where(other => other != run)] })];
    }
}

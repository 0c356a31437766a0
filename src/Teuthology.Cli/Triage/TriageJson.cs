using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>The sorted failures of a run, for programs: an object a line for each group, and one for the jobs that passed when they were tried again.</summary>
internal static class TriageJson
{
    /// <summary>Writes them.</summary>
    public static void Write(TextWriter to, RunTriage triage, IReadOnlyList<JobSummary> retries)
    {
        var retried = retries.Select(job => job.JobId).ToHashSet(StringComparer.Ordinal);
        foreach (var group in triage.Groups)
        {
            var told = new JsonObject
            {
                ["run"] = triage.Run.Name,
                ["fingerprint"] = group.Fingerprint.Id,
                ["reason"] = group.Fingerprint.Reason,
                ["signature"] = group.Fingerprint.Signature,
                ["jobs"] = Names(group.Jobs.Select(job => job.JobId)),
                ["seen_in"] = Names(group.Before),
                ["known"] = Known(group.Known),
                ["expired"] = Known(group.Expired),
                ["flaky"] = new JsonObject(group.Jobs.Where(job => triage.Flaky.ContainsKey(job.JobId)).Select(job =>
                    KeyValuePair.Create(job.JobId, (JsonNode?)$"{triage.Flaky[job.JobId].RunName}/{triage.Flaky[job.JobId].JobId}"))),
                ["retry"] = Names(group.Jobs.Select(job => job.JobId).Where(retried.Contains)),
            };
            to.WriteLine(told.ToJsonString());
        }

        if (triage.PassedOnRetry.Count == 0)
            return;
        var passed = triage.PassedOnRetry.Select(job => KeyValuePair.Create(job.Key, (JsonNode?)job.Value));
        to.WriteLine(new JsonObject { ["run"] = triage.Run.Name, ["passed_at_attempt"] = new JsonObject(passed) }.ToJsonString());
    }

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode?)name)]);

    private static JsonObject? Known(KnownIssue? issue) => issue is null ? null : new JsonObject
    {
        ["name"] = issue.Name,
        ["owner"] = issue.Owner,
        ["link"] = issue.Link,
        ["until"] = issue.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };
}

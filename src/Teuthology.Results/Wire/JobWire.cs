using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A job as the results server answers it: its keys in its order, then those that only we know.</summary>
public static class JobWire
{
    private static readonly string[] Keys =
    [
        "archive_path", "description", "duration", "email", "failure_reason", "flavor", "job_id", "kernel", "last_in_suite",
        "machine_type", "name", "nuke_on_error", "os_type", "os_version", "overrides", "owner", "pid", "roles", "sentry_event",
        "status", "success", "branch", "seed", "sha1", "subset", "suite", "suite_branch", "suite_path", "suite_relpath",
        "suite_repo", "suite_sha1", "targets", "tasks", "timestamp", "teuthology_branch", "verbose", "pcp_grafana_url", "priority",
        "user", "queue", "package_source",
    ];

    /// <summary>Writes the object.</summary>
    /// <param name="job">The job.</param>
    /// <param name="logHref">Address of its log; null when nobody serves it.</param>
    public static JsonObject Write(JobRecord job, string? logHref)
    {
        var wire = new JsonObject { ["log_href"] = logHref };
        foreach (var key in Keys)
            wire[key] = Value(job, key);
        wire["posted"] = WireTime.Write(job.Posted);
        wire["started"] = WireTime.Write(job.Started);
        wire["updated"] = WireTime.Write(job.Updated);
        foreach (var (key, value) in job.Document)
        {
            if (!wire.ContainsKey(key))
                wire[key] = value?.DeepClone();
        }

        return wire;
    }

    private static JsonNode? Value(JobRecord job, string key) => key switch
    {
        "name" => job.RunName,
        "job_id" => job.JobId,
        "status" => job.Status == JobState.Skip ? JobState.Unknown : job.Status,
        "success" => job.Status switch
        {
            JobState.Pass => true,
            JobState.Fail or JobState.Dead => false,
            _ => null,
        },
        "duration" => job.Duration is { } seconds ? (long)Math.Round(seconds, MidpointRounding.ToEven) : null,
        "pid" => job.Document["pid"]?.ToString(),
        _ => job.Document[key]?.DeepClone(),
    };
}

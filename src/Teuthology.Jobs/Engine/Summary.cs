using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>What summary.yaml says at the end of a job.</summary>
internal static class Summary
{
    public static string TextOf(JobStatus status) => status switch
    {
        JobStatus.Pass => "pass",
        JobStatus.Fail => "fail",
        JobStatus.Dead => "dead",
        _ => "skip",
    };

    /// <summary>Completes <see cref="JobContext.Summary"/> with upstream's keys.</summary>
    public static YamlMap Complete(JobContext job, JobResult result)
    {
        var summary = job.Summary;
        summary["success"] = result.Status is JobStatus.Pass or JobStatus.Skip;
        summary["status"] = TextOf(result.Status);
        summary["owner"] = job.Owner;
        if (job.Spec.Description is { } description)
            summary["description"] = description;
        summary["duration"] = Math.Round(result.Duration.TotalSeconds, 6);
        if (result.Status == JobStatus.Skip)
            summary["skip_reason"] = result.FailureReason;
        else if (result.FailureReason is { } reason)
            summary["failure_reason"] = reason;

        if (job.Failures.First is ConfigurationException)
            summary["failure_info"] = "Possible configuration error in yaml file";
        var failures = job.Failures.All;
        if (failures.Count > 1)
            summary["failures"] = new YamlList(failures.Select(Describe));
        return summary;
    }

    private static YamlMap Describe(JobFailure failure) => new()
    {
        ["task"] = failure.Task,
        ["unwinding"] = failure.Unwinding,
        ["reason"] = failure.Error.Message,
    };
}

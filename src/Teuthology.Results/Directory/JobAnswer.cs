using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>Reads jobs as a server answers them: ours, or a paddles.</summary>
internal static class JobAnswer
{
    private static readonly string[] NotTold = ["log_href", "posted", "started", "updated"];

    /// <summary>Reads one.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="runName">Name of its run.</param>
    /// <exception cref="FormatException">It is no job.</exception>
    public static JobRecord Read(JsonNode? answer, string runName)
    {
        if (answer is not JsonObject job || AnswerText.Of(job, "job_id") is not { Length: > 0 } id)
            throw new FormatException("no job");
        return new JobRecord
        {
            RunName = runName,
            JobId = id,
            Status = AnswerText.Of(job, "status") ?? JobState.Unknown,
            Description = AnswerText.Of(job, "description"),
            Duration = AnswerText.Number(job, "duration"),
            FailureReason = AnswerText.Of(job, "failure_reason"),
            Owner = AnswerText.Of(job, "owner"),
            ArchivePath = AnswerText.Of(job, "archive_path"),
            LogHref = AnswerText.Of(job, "log_href"),
            Posted = AnswerText.Time(job, "posted") ?? default,
            Started = AnswerText.Time(job, "started"),
            Updated = AnswerText.Time(job, "updated") ?? default,

            // A paddles answers every key it has a column for; what nobody told is null.
            Document = new JsonObject(job.Where(entry => entry.Value is not null && !NotTold.Contains(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))),
        };
    }
}

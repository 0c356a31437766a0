using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>How an earlier attempt at a job ended, which a worker then tried again.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Status">A word of <see cref="JobState"/>.</param>
/// <param name="Reason">Why it ended so.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="Archive">Its folder below the job's archive.</param>
public sealed record JobAttempt(int Number, string Status, string? Reason, double? Duration, string? Archive)
{
    /// <summary>The attempts that a job tells of, in their order; what makes no sense is left out.</summary>
    /// <param name="job">The job.</param>
    public static IReadOnlyList<JobAttempt> Of(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return [.. (job.Document["attempts"] as JsonArray ?? []).OfType<JsonObject>().Select(Read).OfType<JobAttempt>()];
    }

    private static JobAttempt? Read(JsonObject told) => told["attempt"] is JsonValue value && value.TryGetValue<int>(out var number)
        ? new JobAttempt(number, Text(told, "status") ?? JobState.Unknown, Text(told, "failure_reason"), told["duration"] is JsonValue seconds && seconds.TryGetValue<double>(out var duration) ? duration : null, Text(told, "archive"))
        : null;

    private static string? Text(JsonObject told, string key) => told[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

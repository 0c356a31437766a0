using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>How what is told of a job changes its row: the results server's rules.</summary>
internal static class JobRules
{
    /// <summary>Merges <paramref name="told"/> into the row's document and columns.</summary>
    /// <param name="row">The job.</param>
    /// <param name="told">Keys and values; <c>-</c> in keys counts as <c>_</c>.</param>
    /// <param name="now">UTC.</param>
    public static void Apply(JobRow row, JsonObject told, DateTime now)
    {
        var document = (JsonObject)JsonNode.Parse(row.Document)!;
        foreach (var (key, value) in told)
        {
            var name = Clean(key).Replace('-', '_');
            if (name is not ("status" or "job_id" or "posted" or "started" or "updated" or "process"))
                document[name] = Clean(value);
        }

        ChangeStatus(row, told, now);
        document["status"] = row.Status;
        document["job_id"] = row.JobId;
        row.Description = Text(document, "description");
        row.FailureReason = Text(document, "failure_reason");
        row.Owner = Text(document, "owner");
        row.ArchivePath = Text(document, "archive_path");
        row.Sha1 = Text(document, "sha1");
        row.Flavor = Text(document, "flavor");
        row.Duration = Number(document, "duration");
        row.Priority = (int?)Number(document, "priority");
        row.Process = Text(told, "process") ?? row.Process;
        row.Updated = now;
        row.Document = document.ToJsonString();
    }

    /// <summary>A value as text; null when it is absent, null, a list or an object.</summary>
    public static string? Text(JsonObject document, string key) =>
        document[key] is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToString() : null;

    private static void ChangeStatus(JobRow row, JsonObject told, DateTime now)
    {
        string? status = null;
        if (Text(told, "status") is { } asked)
            status = row.Status is JobState.Pass or JobState.Fail ? null : asked;
        else if (told["success"] is JsonValue value && value.TryGetValue<bool>(out var success))
            status = success ? JobState.Pass : JobState.Fail;
        if (status is null || !JobState.All.Contains(status))
            return;
        if (status == JobState.Running && row.Status != JobState.Running)
            row.Started ??= now;
        row.Status = status;
    }

    private static double? Number(JsonObject document, string key) =>
        Text(document, key) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    // A NUL in a failure text made upstream's server refuse the job for ever.
    private static JsonNode? Clean(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? JsonValue.Create(Clean(text)) : node?.DeepClone();

    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}

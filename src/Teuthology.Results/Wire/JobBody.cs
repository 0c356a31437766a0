using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>What a client tells of a job, looked at before it is stored.</summary>
public static class JobBody
{
    // The keys that the store keeps itself.
    private static readonly string[] Own = ["posted", "started", "log_href", "href"];

    /// <summary>What is wrong with it; null when nothing is.</summary>
    /// <param name="body">Keys and values by the results server's names; <c>-</c> counts as <c>_</c>.</param>
    public static string? Fault(JsonObject body)
    {
        foreach (var (key, value) in body)
        {
            var name = key.Replace('-', '_');
            if (JobColumns.Find(name)?.Fault(value) is { } fault)
                return fault;
            if (name == "status" && !(value is JsonValue && JobState.IsOnWire(JobColumn.ShownText(value))))
                return $"Job status must be one of: {string.Join(", ", JobState.Wire)}";
            if (name == "updated" && !JobRules.TryReadUpdated(value, out _))
                return "updated must be a time, YYYY-MM-DD HH:MM:SS";
            if (name == "job_id" && value is not null && JobColumn.ShownText(value).Length == 0)
                return "job_id must not be empty";
            if (name == "targets" && value is not (null or JsonObject))
                return "targets must be an object";
            if (name == "process" && value?.GetValueKind() is not (null or JsonValueKind.String))
                return "process must be a text";
        }

        return null;
    }

    /// <summary>Takes away what no client can tell.</summary>
    /// <param name="body">Changed.</param>
    public static void Strip(JsonObject body)
    {
        foreach (var key in Own)
            body.Remove(key);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>How what is told of a job changes its row and its run's: the results server's rules.</summary>
/// <param name="now">UTC.</param>
/// <param name="zone">The zone of times that are told without one.</param>
internal sealed class JobRules(DateTime now, TimeZoneInfo zone)
{
    /// <summary>Before the mark of a process that came over the wire.</summary>
    public const string ToldProcess = "told ";

    private static readonly string[] UpdatedFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    /// <summary>Merges <paramref name="told"/> into the row and its run. What makes no sense is left out.</summary>
    /// <param name="run">The run; it counts the job anew.</param>
    /// <param name="job">The job.</param>
    /// <param name="told">Keys and values; <c>-</c> in keys counts as <c>_</c>.</param>
    /// <param name="isOwn">Whether a program that has the store itself tells it; else it came over the wire, from whomever.</param>
    public void Apply(RunRow run, JobRow job, JsonObject told, bool isOwn)
    {
        var before = job.Status;
        var names = told.Select(entry => (Key: Clean(entry.Key).Replace('-', '_'), entry.Value)).ToList();
        run.Updated = job.Updated = now;
        Link(job, told["targets"] as JsonObject);
        var keepsPriority = before is not (null or JobState.Queued);
        foreach (var (key, value) in names)
        {
            switch (key)
            {
                case "status" or "job_id" or "posted" or "started" or "log_href":
                case "priority" when keepsPriority:
                    break;
                case "process":
                    job.Process = Text(value) is { } mark ? isOwn ? mark : ToldProcess + mark : null;
                    break;
                case "updated":
                    if (TryReadUpdated(value, out var updated))
                        run.Updated = job.Updated = ToUtc(updated);
                    break;
                default:
                    if (JobColumns.Find(key) is { } column)
                        job.Set(job.Wire, key, column.Convert(CleanTree(value)));
                    else
                        job.Set(job.Extra, key, CleanTree(value));
                    break;
            }

            if (key == "duration")
                job.Duration = value is null ? null : JobColumn.Number(value);
        }

        ChangeStatus(job, names);
        if (job.Status != before)
            run.Count(before, job.Status);
        run.Started ??= job.Started;
        Columns(run, job);
        if (isOwn && names.Exists(entry => entry.Key == "archive_path"))
            job.OwnArchive = job.ArchivePath;
        run.Suite = Told("suite", job) ?? run.Suite;
        run.Branch = Told("branch", job) ?? run.Branch;
        run.MachineType = Told("machine_type", job) ?? run.MachineType;

        string? Told(string key, JobRow row) => names.Exists(entry => entry.Key == key) ? Text(row.Wire[key]) : null;
    }

    /// <summary>Reads when a client says that a job changed; in its own zone.</summary>
    public static bool TryReadUpdated(JsonNode? value, out DateTime time)
    {
        time = default;
        return value?.GetValueKind() == JsonValueKind.String
            && DateTime.TryParseExact((string)value!, UpdatedFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>A value as text; null when it is absent, null, a list or an object.</summary>
    public static string? Text(JsonNode? value) => value is JsonValue ? JobColumn.ShownText(value) : null;

    // The fraction of a second is not of the told time's precision: upstream cuts it off.
    private DateTime ToUtc(DateTime local)
    {
        var whole = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Unspecified);
        return zone.IsInvalidTime(whole) ? DateTime.SpecifyKind(whole, DateTimeKind.Utc) : TimeZoneInfo.ConvertTimeToUtc(whole, zone);
    }

    private void ChangeStatus(JobRow job, List<(string Key, JsonNode? Value)> told)
    {
        string? status = null;
        if (told.Find(entry => entry.Key == "status") is { Key: not null } asked)
            status = job.Status is JobState.Pass or JobState.Fail ? null : Text(asked.Value);
        else if (told.Find(entry => entry.Key == "success") is { Key: not null } verdict)
            status = (verdict.Value is null ? null : JobColumn.Number(verdict.Value), verdict.Value?.GetValueKind()) switch
            {
                (1, _) or (_, JsonValueKind.True) => JobState.Pass,
                (0, _) or (_, JsonValueKind.False) => JobState.Fail,
                _ => JobState.Unknown,
            };
        if (status is not null && JobState.All.Contains(status))
        {
            if (status == JobState.Running && job.Status != JobState.Running)
                job.Started ??= now;
            job.Status = status;

            // Whoever runs it next is another process.
            if (status == JobState.Queued)
                job.Process = null;
        }

        job.Status ??= JobState.Unknown;
    }

    // Only where more machines are told of than the job is linked to already.
    private static void Link(JobRow job, JsonObject? targets)
    {
        if (targets is null || targets.Count <= job.Nodes.Count)
            return;
        foreach (var (target, _) in targets)
        {
            var parts = Clean(target).Split('@');
            var node = parts.Length > 1 ? parts[1] : parts[0];
            if (node.Length > 0 && job.Nodes.Add(node))
                job.NewNodes.Add(node);
        }
    }

    private static void Columns(RunRow run, JobRow job)
    {
        var wire = job.Wire;
        job.Set(wire, "status", JobState.OnWire(job.Status!));
        job.Set(wire, "job_id", job.JobId);
        if (wire["name"] is null)
            job.Set(wire, "name", run.Name);
        job.Description = Text(wire["description"]);
        job.FailureReason = Text(wire["failure_reason"]);
        job.Owner = Text(wire["owner"]);
        job.ArchivePath = Text(wire["archive_path"]);
        job.Sha1 = Text(wire["sha1"]);
        job.Flavor = Text(wire["flavor"]);
        job.Branch = Text(wire["branch"]);
        job.User = Text(wire["user"]);
        job.MachineType = Text(wire["machine_type"]);
        job.Queue = Text(wire["queue"]);
        job.Priority = wire["priority"] is { } priority ? (long?)JobColumn.Number(priority) : null;
        job.FailureSignature = Text(job.Extra["failure_signature"]);
    }

    // A NUL in a failure text made upstream's server refuse the job for ever.
    private static JsonNode? CleanTree(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(entry => KeyValuePair.Create(Clean(entry.Key), CleanTree(entry.Value))).DistinctBy(entry => entry.Key));
            case JsonArray list:
                return new JsonArray([.. list.Select(CleanTree)]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return JsonValue.Create(Clean((string)value!));
            default:
                return node?.DeepClone();
        }
    }

    private static string Clean(string text) => text.Contains('\0') ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}

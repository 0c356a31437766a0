using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A job as the results server answers it: its keys in its order, then those that only we know.</summary>
public static class JobWire
{
    private static readonly string[] Last = ["posted", "started", "updated"];

    /// <summary>Writes the object.</summary>
    /// <param name="job">The job.</param>
    /// <param name="logHref">Address of its log; null when nobody serves it.</param>
    public static JsonObject Write(JobRecord job, string? logHref) => (JsonObject)JsonNode.Parse(Text(job, logHref))!;

    /// <summary>The object as text: what is stored, put together, nothing read.</summary>
    /// <param name="job">The job.</param>
    /// <param name="logHref">Address of its log; null when nobody serves it.</param>
    public static string Text(JobRecord job, string? logHref)
    {
        var text = new StringBuilder();
        Append(text, job, logHref);
        return text.ToString();
    }

    /// <summary>Appends the object.</summary>
    /// <param name="text">Gets it.</param>
    /// <param name="job">The job.</param>
    /// <param name="logHref">Address of its log; null when nobody serves it.</param>
    public static void Append(StringBuilder text, JobRecord job, string? logHref)
    {
        var stored = job.Stored is { Extra: not null } known ? known : Store(job);
        text.Append("{\"log_href\":").Append(Quoted(logHref)).Append(',').Append(stored.Wire.AsSpan(1, stored.Wire.Length - 2));
        text.Append(",\"posted\":").Append(Quoted(WireTime.Write(job.Posted)));
        text.Append(",\"started\":").Append(Quoted(WireTime.Write(job.Started)));
        text.Append(",\"updated\":").Append(Quoted(WireTime.Write(job.Updated)));
        if (stored.Extra!.Length > 2)
            text.Append(',').Append(stored.Extra.AsSpan(1, stored.Extra.Length - 2));
        text.Append('}');
    }

    /// <summary>The names of everything that every job has on the wire.</summary>
    internal static IEnumerable<string> Keys => [.. JobColumns.Keys.Prepend("log_href"), .. Last];

    // Of another place, or of a file of an older program.
    private static JobText Store(JobRecord job)
    {
        var (wire, extra) = new JobText((job.Stored?.ReadAll() ?? job.Document).ToJsonString(), null).Read();
        wire["status"] = JobState.OnWire(job.Status);
        wire["job_id"] = job.JobId;
        wire["name"] ??= job.RunName;
        foreach (var key in Last)
            extra.Remove(key);
        extra.Remove("log_href");
        return new JobText(wire.ToJsonString(), extra.ToJsonString());
    }

    private static string Quoted(string? value) => JsonSerializer.Serialize(value);
}

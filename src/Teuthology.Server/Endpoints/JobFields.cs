using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A job's properties by the names that <c>?fields=</c> uses. The document is read only for those that need it.</summary>
internal sealed class JobFields(JobRecord job, HttpRequest request)
{
    // Columns of upstream's table that nothing writes.
    private static readonly string[] Empty = ["repo", "sleep_before_teardown", "teuthology_sha1", "issue_url", "comment"];
    private JsonObject? _wire;

    private JsonObject Wire => _wire ??= JobWire.Write(job, JobAnswers.Log(job, request));

    /// <summary>Whether there is such a property.</summary>
    public bool Has(string name) => name is "job_id" or "status" or "description" or "href" || Empty.Contains(name) || Wire.ContainsKey(name);

    /// <summary>Its value.</summary>
    public JsonNode? Value(string name) => name switch
    {
        "job_id" => job.JobId,
        "status" => JobState.OnWire(job.Status),
        "description" => job.Description,
        "href" => new JsonArray(JobAnswers.Address(job, request)),
        _ => Wire[name]?.DeepClone(),
    };
}

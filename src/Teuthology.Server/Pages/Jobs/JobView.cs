using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the page of a job shows.</summary>
internal sealed record JobView(JobRecord Job, JobTimeline? Timeline, RemoteCommands? Commands, IReadOnlyList<JobSummary> History, FailureGroup? Failure, IReadOnlyList<ArchiveEntry> Files)
{
    /// <summary>The last passing job of the same description before this one; null when there is none.</summary>
    public JobSummary? LastPass => History.FirstOrDefault(other =>
        other.Status == JobState.Pass && (other.RunName, other.JobId) != (Job.RunName, Job.JobId) && other.ArchivePath is not null);

    /// <summary>Machines and their roles.</summary>
    public IEnumerable<(string Name, string Roles)> Targets
    {
        get
        {
            var names = (Job.Document["targets"] as JsonObject)?.Select(target => target.Key[(target.Key.IndexOf('@') + 1)..]).Order(StringComparer.Ordinal).ToList() ?? [];
            var roles = (Job.Document["roles"] as JsonArray)?.Select(role => role switch
            {
                JsonArray several => string.Join(", ", several.Select(one => one?.ToString())),
                JsonValue one => one.ToString(),
                _ => "",
            }).ToList() ?? [];
            return names.Select((name, i) => (name, i < roles.Count ? roles[i] : ""));
        }
    }

    private const int LongestDocument = 256 * 1024;

    /// <summary>The whole job as it was told; of a very long one the beginning.</summary>
    public string Configuration => Document is { Length: > LongestDocument } text ? text[..LongestDocument] + "…" : Document;

    private string Document => Job.Document.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>A text of the document.</summary>
    public string? Text(string key) => Job.Document[key] is JsonValue value ? value.ToString() : null;
}

using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>What the results server knows of a job: its keys in its order, with their kinds.</summary>
internal static class JobColumns
{
    private static readonly JobColumn[] All =
    [
        new("archive_path", ColumnKind.Text, 512), new("description", ColumnKind.Text), new("duration", ColumnKind.Whole), new("email", ColumnKind.Text, 128),
        new("failure_reason", ColumnKind.Text), new("flavor", ColumnKind.Text, 128), new("job_id", ColumnKind.Text, 32), new("kernel", ColumnKind.Any),
        new("last_in_suite", ColumnKind.Truth), new("machine_type", ColumnKind.Text, 32), new("name", ColumnKind.Text, 512), new("nuke_on_error", ColumnKind.Truth),
        new("os_type", ColumnKind.Text, 32), new("os_version", ColumnKind.Text, 16), new("overrides", ColumnKind.Any), new("owner", ColumnKind.Text, 128),
        new("pid", ColumnKind.Text, 32), new("roles", ColumnKind.Any), new("sentry_event", ColumnKind.Text, 128), new("status", ColumnKind.Text, 32),
        new("success", ColumnKind.Truth), new("branch", ColumnKind.Text, 128), new("seed", ColumnKind.Whole), new("sha1", ColumnKind.Text, 40),
        new("subset", ColumnKind.Text, 32), new("suite", ColumnKind.Text, 256), new("suite_branch", ColumnKind.Text, 128), new("suite_path", ColumnKind.Text, 256),
        new("suite_relpath", ColumnKind.Text, 256), new("suite_repo", ColumnKind.Text, 256), new("suite_sha1", ColumnKind.Text, 40), new("targets", ColumnKind.Any),
        new("tasks", ColumnKind.Any), new("timestamp", ColumnKind.Time), new("teuthology_branch", ColumnKind.Text, 64), new("verbose", ColumnKind.Truth),
        new("pcp_grafana_url", ColumnKind.Text), new("priority", ColumnKind.Whole), new("user", ColumnKind.Text, 64), new("queue", ColumnKind.Text, 32),
        new("package_source", ColumnKind.Text, 32),
    ];

    private static readonly Dictionary<string, JobColumn> ByKey = All.ToDictionary(column => column.Key, StringComparer.Ordinal);

    /// <summary>All keys, in the order of the wire.</summary>
    public static IEnumerable<string> Keys => All.Select(column => column.Key);

    /// <summary>A key; null when the results server does not know it.</summary>
    public static JobColumn? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>An object with all keys, and nothing known.</summary>
    public static JsonObject Empty() => new(All.Select(column => KeyValuePair.Create(column.Key, (JsonNode?)null)));
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>What a job was made of: two jobs with the same inputs should end alike.</summary>
public static class JobInputs
{
    private static readonly string[] Keys =
    [
        "branch", "description", "flavor", "kernel", "machine_type", "os_type", "os_version", "overrides", "repo", "roles", "sha1", "suite_branch",
        "suite_repo", "suite_sha1", "tasks",
    ];

    /// <summary>A text that is the same for the same inputs: commits, suite, tasks, roles, overrides, system and kind of machine.</summary>
    /// <param name="document">All that is known of the job.</param>
    public static string Of(JsonObject document)
    {
        var text = new StringBuilder();
        foreach (var key in Keys)
            text.Append(key).Append('=').Append(document[key]?.ToJsonString()).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }
}

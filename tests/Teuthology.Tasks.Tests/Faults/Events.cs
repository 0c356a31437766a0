using System.Text.Json;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Looks into a job's events.jsonl.</summary>
internal static class Events
{
    public static IEnumerable<JsonElement> Of(JobResult result) => File.ReadLines(Path.Combine(result.ArchivePath!, "events.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>How the commands of a label ended.</summary>
    public static IEnumerable<string?> Ended(this JobResult result, string label) => Of(result).Where(e => Text(e, "label") == label).Select(e => Text(e, "status"));

    /// <summary>Asserts that a machine's archive was pulled and its test directory removed.</summary>
    public static void ShouldHaveUnwound(this JobResult result, string machine)
    {
        Assert.True(File.Exists(Path.Combine(result.ArchivePath!, "remote", machine, "kept")), $"the archive of {machine} was not pulled");
        Assert.Contains(Of(result), e => Text(e, "label") == "remove the test directory" && Text(e, "host") == machine && Text(e, "status") == "status 0");
    }

    private static string? Text(JsonElement e, string key) => e.TryGetProperty(key, out var value) ? value.GetString() : null;
}

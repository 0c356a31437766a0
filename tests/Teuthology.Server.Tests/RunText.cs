using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>Answers about runs and jobs without what differs from server to server: when, where, and the keys that only ours keeps, which come last.</summary>
internal static class RunText
{
    private static readonly string[] Times = ["posted", "updated", "paused_since", "paused_until", "locked_since"];
    private static readonly string[] Places = ["log_href", "href"];
    private const int JobKeys = 45;

    public static string Of(JsonNode? answer) => Plain(answer)?.ToJsonString() ?? "null";

    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        JsonObject map => Plain(map),
        _ => node?.DeepClone(),
    };

    private static JsonObject Plain(JsonObject map)
    {
        var isJob = map.FirstOrDefault().Key == "log_href" && map.Count >= JobKeys;
        var plain = new JsonObject();
        foreach (var (key, value) in isJob ? map.Take(JobKeys) : map)
            plain[key] = Times.Contains(key) && value is not null ? "then" : Places.Contains(key) ? "there" : Plain(value);
        if (plain.ContainsKey("locked"))
            plain["up"] ??= false;

        // Ours tells the run of a job also where nobody told it with the job.
        if (isJob)
            plain["name"] = "its run";

        // Ours tells it also of a job that waited for machines before it ran, and of its run.
        if (plain.ContainsKey("started"))
            plain["started"] = "perhaps";
        return plain;
    }
}

using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>Reads runs as a server answers them: ours, or a paddles.</summary>
internal static class RunAnswer
{
    private static readonly string[] Counted = [.. JobState.All.Where(state => state != JobState.Skip)];

    /// <summary>Reads one.</summary>
    /// <param name="answer">The answer.</param>
    /// <exception cref="FormatException">It is no run.</exception>
    public static RunRecord Read(JsonNode? answer)
    {
        if (answer is not JsonObject run || AnswerText.Of(run, "name") is not { Length: > 0 } name)
            throw new FormatException("no run");
        var counts = run["results"] as JsonObject ?? [];
        return new RunRecord
        {
            Name = name,
            User = AnswerText.Of(run, "user") ?? "",
            Suite = AnswerText.Of(run, "suite") ?? "",
            Branch = AnswerText.Of(run, "branch") ?? "",
            MachineType = AnswerText.Of(run, "machine_type") ?? "",
            Scheduled = AnswerText.Time(run, "scheduled") ?? default,
            Posted = AnswerText.Time(run, "posted") ?? default,
            Started = AnswerText.Time(run, "started"),
            Updated = AnswerText.Time(run, "updated") ?? default,
            Results = Counted.Select(state => (State: state, Count: (int)(AnswerText.Number(counts, state) ?? 0))).Where(count => count.Count > 0)
                .ToDictionary(count => count.State, count => count.Count),
            Sha1 = Given(run, "sha1"),
            Flavor = Given(run, "flavor"),
            Priority = (int?)AnswerText.Number(run, "priority"),
        };
    }

    // A run without jobs has these, as paddles writes it.
    private static string? Given(JsonObject run, string key) => AnswerText.Of(run, key) is { } text and not "none" ? text : null;
}

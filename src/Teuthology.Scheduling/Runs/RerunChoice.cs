using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>What a run says about running its jobs again.</summary>
/// <param name="Suite">Its suite, <c>:</c> between the parts.</param>
/// <param name="Seed">Its seed, as text; null when it has none.</param>
/// <param name="Subset">Its subset, <c>i/n</c>; null for all.</param>
/// <param name="NoNestedSubset">Whether nested subsets were switched off.</param>
/// <param name="Descriptions">The jobs to run again.</param>
public sealed record RerunChoice(string Suite, string? Seed, string? Subset, bool NoNestedSubset, IReadOnlyList<string> Descriptions)
{
    /// <summary>Reads a run.</summary>
    /// <param name="results">Where it is written down.</param>
    /// <param name="runName">Its name.</param>
    /// <param name="statuses">Which jobs, by their status.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    /// <exception cref="ScheduleFailedException">It has no such jobs.</exception>
    public static async Task<RerunChoice> ReadAsync(IResultsDirectory results, string runName, IReadOnlyList<string> statuses, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        var run = await results.RunAsync(runName, cancellationToken) ?? throw new ConfigurationException($"there is no run {runName} in {results.Place}");
        var jobs = await results.JobsAsync(runName, cancellationToken);
        var first = jobs.Count == 0 ? [] : jobs[0].Document;
        var descriptions = jobs.Where(job => statuses.Contains(job.Status) && !string.IsNullOrEmpty(job.Description)).Select(job => job.Description!).Distinct(StringComparer.Ordinal).ToList();
        return descriptions.Count == 0
            ? throw new ScheduleFailedException($"No jobs matched the status filters: {string.Join(',', statuses)}")
            : new RerunChoice(run.Suite.Replace('/', ':'), Text(first, "seed"), Text(first, "subset") is var subset and not "1/1" ? subset : null, first["no_nested_subset"] is JsonValue off && off.TryGetValue<bool>(out var isOff) && isOff, descriptions);
    }

    private static string? Text(JsonObject job, string key) =>
        job[key] is JsonValue value ? value.TryGetValue<string>(out var text) ? text : Convert.ToString(value, CultureInfo.InvariantCulture) : null;
}

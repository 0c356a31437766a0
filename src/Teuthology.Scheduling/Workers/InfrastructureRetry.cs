using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>
/// Whether a job that the lab failed is tried again: one that ended dead, and first by a failure of kind <see cref="FailureKind.Infrastructure"/>. What a product, a
/// test or a lost connection failed, or somebody stopped, is not.
/// </summary>
/// <param name="attempt">How often the job was taken from its queue, this time included.</param>
/// <param name="most">How often it is tried again at most.</param>
/// <param name="stopped">Cancelled when the job was told to stop.</param>
public sealed class InfrastructureRetry(int attempt, int most, CancellationToken stopped)
{
    /// <summary>The key of a job, and of a site, that says how often: <c>retry_infrastructure</c>.</summary>
    public const string Key = "retry_infrastructure";

    /// <summary>The key under which a job's results tell how earlier attempts ended.</summary>
    public const string AttemptsKey = "attempts";

    private const int Usual = 1;
    private const int Limit = 100;

    /// <summary>Why the job goes back to its queue; null for one whose end is its end.</summary>
    public string? Reason { get; private set; }

    /// <summary>How often, by the job, else by the site, else once; never more often than the queue gives a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="site">The site's configuration.</param>
    /// <exception cref="ConfigurationException">The number makes no sense.</exception>
    public static int MostOf(YamlMap job, SiteConfig site)
    {
        ArgumentNullException.ThrowIfNull(job);
        var asked = job.Get(Key) switch
        {
            null => SiteNumber.Whole(site, Key, 0, Limit, Usual),
            long number and >= 0 and <= Limit => number,
            _ => throw new ConfigurationException($"'{Key}' must be a whole number from 0 to {Limit.ToString(CultureInfo.InvariantCulture)}", job.MarkOf(Key)),
        };
        return (int)Math.Min(asked, QueueBackend.Policy(site).Attempts - 1);
    }

    /// <summary>Looks at how a job ended.</summary>
    /// <param name="result">How.</param>
    /// <returns>What the results are told instead of that end: it is queued again; null where it is the end.</returns>
    public JsonObject? Instead(JobResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var isLabs = result is { Status: JobStatus.Dead, Error: TeuthologyException { Kind: FailureKind.Infrastructure, InnerException: not OperationCanceledException } };
        if (!isLabs || attempt > most || stopped.IsCancellationRequested)
            return null;
        Reason = $"the lab failed it, {attempt.ToString(CultureInfo.InvariantCulture)} of {(most + 1).ToString(CultureInfo.InvariantCulture)} attempts: {result.FailureReason}";
        return new JsonObject
        {
            ["status"] = JobState.Queued,
            ["failure_reason"] = null,
            ["success"] = null,
            [AttemptsKey] = new JsonArray([.. Earlier(result.ArchivePath), End(attempt, result.FailureReason, result.Duration.TotalSeconds)]),
        };
    }

    // The archive keeps what every attempt left.
    private static IEnumerable<JsonNode> Earlier(string? archive)
    {
        if (archive is null || Path.Combine(archive, JobFolder.Earlier) is var below && !Directory.Exists(below))
            yield break;
        foreach (var (number, summary) in Directory.GetDirectories(below).Select(path => (Name: Path.GetFileName(path), File: Path.Combine(path, "summary.yaml"))).Where(entry => File.Exists(entry.File))
            .OrderBy(entry => entry.Name.Length).ThenBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => (int.Parse(entry.Name, CultureInfo.InvariantCulture), YamlLoader.LoadFile(entry.File) as YamlMap)))
            yield return End(number, summary?.Get("failure_reason")?.ToString(), summary?.Get("duration") is double seconds ? seconds : 0);
    }

    private static JsonObject End(int number, string? reason, double seconds) => new()
    {
        ["attempt"] = number,
        ["status"] = JobState.Dead,
        ["failure_kind"] = "infrastructure",
        ["failure_reason"] = reason,
        ["duration"] = seconds,
        ["archive"] = $"{JobFolder.Earlier}/{number.ToString(CultureInfo.InvariantCulture)}",
    };
}

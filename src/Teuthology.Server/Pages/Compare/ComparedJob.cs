using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A description in two runs.</summary>
/// <param name="Description">Of the job.</param>
/// <param name="A">The job in the first run; null when it has none.</param>
/// <param name="B">The job in the second run; null when it has none.</param>
internal sealed record ComparedJob(string Description, JobSummary? A, JobSummary? B)
{
    public static readonly string[] Changes = ["newly failing", "failing in both", "mended", "only in the second", "only in the first", "otherwise different", "the same"];

    /// <summary>What became of it, one of <see cref="Changes"/>.</summary>
    public string Change => (A, B) switch
    {
        (null, _) => Changes[3],
        (_, null) => Changes[4],
        _ when Bad(A) && Bad(B) => Changes[1],
        _ when Bad(B) => Changes[0],
        _ when Bad(A) && B.Status == JobState.Pass => Changes[2],
        _ => A.Status == B.Status ? Changes[6] : Changes[5],
    };

    /// <summary>Puts the jobs of two runs side by side.</summary>
    public static IReadOnlyList<ComparedJob> Of(IEnumerable<JobSummary> a, IEnumerable<JobSummary> b)
    {
        var (first, second) = (a.ToLookup(Key), b.ToLookup(Key));
        return
        [
            .. first.Select(jobs => jobs.Key).Union(second.Select(jobs => jobs.Key)).Order(StringComparer.Ordinal)
                .SelectMany(key => Pairs(key, [.. first[key]], [.. second[key]])),
        ];
    }

    private static IEnumerable<ComparedJob> Pairs(string key, List<JobSummary> a, List<JobSummary> b)
    {
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
            yield return new ComparedJob(key, a.ElementAtOrDefault(i), b.ElementAtOrDefault(i));
    }

    private static string Key(JobSummary job) => job.Description ?? $"job {job.JobId}";

    private static bool Bad(JobSummary job) => job.Status is JobState.Fail or JobState.Dead;
}

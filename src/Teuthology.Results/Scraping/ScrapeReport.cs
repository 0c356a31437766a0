namespace Teuthology.Results;

/// <summary>The failures of a run's archive by reason, and <c>scrape.log</c> that tells of them.</summary>
/// <param name="Jobs">How many jobs there are.</param>
/// <param name="Groups">The reasons, in the order of their first jobs, each with its jobs.</param>
public sealed record ScrapeReport(int Jobs, IReadOnlyList<(ScrapeReason Reason, IReadOnlyList<ScrapedJob> Jobs)> Groups)
{
    private const string FileName = "scrape.log";
    private const int MostListed = 30;

    /// <summary>Looks through an archive.</summary>
    /// <param name="archive">The run's archive directory.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigurationException">There is no such directory.</exception>
    public static ScrapeReport Make(string archive, CancellationToken cancellationToken)
    {
        var jobs = ScrapedJob.List(archive);
        var groups = new List<(ScrapeReason Reason, List<ScrapedJob> Jobs)>();
        foreach (var job in jobs.Where(job => !job.Passed))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var known = groups.FindIndex(group => group.Reason.Matches(job));
            if (known >= 0)
                groups[known].Jobs.Add(job);
            else
                groups.Add((ScrapeReason.Of(job), [job]));
        }

        return new ScrapeReport(jobs.Count, [.. groups.Select(group => (group.Reason, (IReadOnlyList<ScrapedJob>)group.Jobs))]);
    }

    /// <summary>The report in upstream's lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"Found {Jobs} jobs";
        yield return $"Found {Groups.Count} distinct failure reasons";
        foreach (var (reason, jobs) in Groups)
        {
            yield return reason.Description;
            if (!string.IsNullOrEmpty(reason.Detail))
                yield return reason.Detail;
            yield return jobs.Count < MostListed ? $"{jobs.Count} jobs: {Listed(jobs.Select(job => job.JobId))}" : $"{jobs.Count} jobs";
            var suites = jobs.Where(job => job.Description is not null).Select(job => job.Description!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal)).ToList();
            if (suites.Count > 1)
            {
                yield return $"suites intersection: {Listed(suites.Aggregate((all, one) => [.. all.Intersect(one, StringComparer.Ordinal)]).Order(StringComparer.Ordinal))}";
                yield return $"suites union: {Listed(suites.SelectMany(one => one).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";
            }
            else if (suites.Count == 1)
                yield return $"suites: {Listed(suites[0].Order(StringComparer.Ordinal))}";
            yield return "";
        }
    }

    /// <summary>Writes <c>scrape.log</c>, in the place of an older one.</summary>
    /// <param name="archive">The run's archive directory.</param>
    /// <returns>Its path.</returns>
    public string Save(string archive)
    {
        var file = Path.Combine(archive, FileName);
        File.WriteAllText(file + ".new", string.Concat(Lines().Select(line => line + "\n")));
        File.Move(file + ".new", file, overwrite: true);
        return file;
    }

    // As Python prints a list of texts.
    private static string Listed(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(text => text.Contains('\'') && !text.Contains('"') ? $"\"{text}\"" : $"'{text.Replace("'", "\\'", StringComparison.Ordinal)}'"))}]";
}

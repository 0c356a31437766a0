namespace Teuthology.Results;

/// <summary>The conditions of a query for jobs as SQL.</summary>
internal sealed class JobConditions(ResultsDialect dialect)
{
    public FormattableString Of(JobQuery query)
    {
        FormattableString all = $"1 = 1";
        foreach (var condition in Conditions(query))
            all = $"{all} AND {condition}";
        return all;
    }

    private IEnumerable<FormattableString> Conditions(JobQuery query)
    {
        if (query.Run is { } run)
            yield return $"runs.name = {run}";
        if (query.JobId is { } id)
            yield return $"jobs.jobid = {id}";
        if (query.Status is { } status)
            yield return status == JobState.Unknown ? $"jobs.status IN ('unknown', 'skip')" : (FormattableString)$"jobs.status = {status}";
        if (query.Description is { } description)
            yield return dialect.Holds($"jobs.description", description);
        if (query.Sha1 is { } sha1)
            yield return $"jobs.sha1 = {sha1}";
        if (query.Branch is { } branch)
            yield return $"jobs.branch = {branch}";
        if (query.User is { } user)
            yield return $"""
                jobs."user" = {user}
                """;
        if (query.Queue is { } queue)
            yield return $"jobs.queue = {queue}";
        if (query.PostedAfter is { } after)
            yield return $"jobs.posted > {after}";
        if (query.PostedBefore is { } before)
            yield return $"jobs.posted < {before}";
        if (query.Node is { } node)
            yield return $"jobs.id IN (SELECT job FROM job_nodes WHERE node = {node})";
        if (query.NotPoppedAt is { } now)
            yield return $"(jobs.poppeduntil IS NULL OR jobs.poppeduntil < {now})";
    }
}

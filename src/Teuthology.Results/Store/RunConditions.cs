namespace Teuthology.Results;

/// <summary>The conditions of a query for runs as SQL.</summary>
internal sealed class RunConditions(ResultsDialect dialect)
{
    public FormattableString Of(RunQuery query)
    {
        FormattableString all = $"1 = 1";
        foreach (var condition in Conditions(query))
            all = $"{all} AND {condition}";
        return all;
    }

    private IEnumerable<FormattableString> Conditions(RunQuery query)
    {
        if (query.Suite is { } suite)
            yield return $"suite = {suite}";
        if (query.Branch is { } branch)
            yield return $"branch = {branch}";
        if (query.User is { } user)
            yield return $"""
                "user" = {user}
                """;
        if (query.MachineType is { } type)
            yield return $"machinetype = {type}";
        if (query.Status is { } status)
            yield return $"status = {status}";
        if (query.From is { } from)
            yield return $"scheduled >= {from}";
        if (query.To is { } to)
            yield return $"scheduled <= {to}";
        if (query.Since is { } since)
            yield return $"scheduled >= {since}";
        if (query.Queued)
            yield return $"queued > 0";
        if (query.Sha1 is { } sha1)
            yield return $"id IN (SELECT runid FROM jobs WHERE {ResultsDialect.Begins($"jobs.sha1", sha1)})";
        if (query.Flavor is { } flavor)
            yield return $"id IN (SELECT runid FROM jobs WHERE jobs.flavor = {flavor})";
        if (query.Name is { } name)
            yield return dialect.Holds($"name", name);
    }
}

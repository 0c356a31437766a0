using Teuthology.Sql;

namespace Teuthology.Results;

/// <content>Questions.</content>
public sealed partial class ResultsStore
{
    /// <summary>Runs, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancellationToken) =>
        [.. (await _database.ReadAsync(connection => new RunTable(connection, _dialect).ListAsync(query, cancellationToken), cancellationToken)).Select(RunReader.Read)];

    /// <summary>The runs of some names, in no order; those that do not exist are left out.</summary>
    /// <param name="names">The names.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        [.. (await _database.ReadAsync(connection => new RunTable(connection, _dialect).NamedAsync(names, cancellationToken), cancellationToken)).Select(RunReader.Read)];

    /// <summary>The values that a property of runs has, sorted; of sha1 and flavor, those of all their jobs.</summary>
    /// <param name="property">Which property.</param>
    /// <param name="query">Of which runs; its paging and order do not count.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<string>> RunValuesAsync(RunProperty property, RunQuery query, CancellationToken cancellationToken)
    {
        var values = await _database.ReadAsync(connection => new RunTable(connection, _dialect).ValuesAsync(property, query, cancellationToken), cancellationToken);
        return [.. values.Where(value => value.Length > 0).Order(StringComparer.Ordinal)];
    }

    /// <summary>How many jobs of each state there are in all.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<string, long>> JobCountsAsync(CancellationToken cancellationToken) => (await _database.QueryAsync(
        () => $"""
            SELECT CAST(coalesce(sum(queued), 0) AS BIGINT) AS queued, CAST(coalesce(sum(pass), 0) AS BIGINT) AS pass, CAST(coalesce(sum(running), 0) AS BIGINT) AS running,
                CAST(coalesce(sum(waiting), 0) AS BIGINT) AS waiting, CAST(coalesce(sum(fail), 0) AS BIGINT) AS fail, CAST(coalesce(sum(dead), 0) AS BIGINT) AS dead,
                CAST(coalesce(sum(unknown), 0) AS BIGINT) AS unknown, CAST(coalesce(sum(skip), 0) AS BIGINT) AS skip
            FROM runs
            """,
        row => JobState.All.ToDictionary(state => state, state => row.Whole(state)!.Value),
        cancellationToken))[0];

    /// <summary>A run, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RunRecord?> RunAsync(string name, CancellationToken cancellationToken)
    {
        var run = await _database.ReadAsync(connection => new RunTable(connection, _dialect).FindAsync(name, cancellationToken), cancellationToken);
        return run is null ? null : RunReader.Read(run);
    }

    /// <summary>Jobs of a run, in the order of their ids, numbers by value.</summary>
    /// <param name="runName">Name of the run; of one that does not exist there are none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobRecord>> JobsAsync(string runName, CancellationToken cancellationToken)
    {
        var jobs = await FindJobsAsync(new JobQuery { Run = runName }, cancellationToken);
        return [.. jobs.OrderBy(job => job.JobId.Length).ThenBy(job => job.JobId, StringComparer.Ordinal)];
    }

    /// <summary>A job, or null.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<JobRecord?> JobAsync(string runName, string jobId, CancellationToken cancellationToken) =>
        (await FindJobsAsync(new JobQuery { Run = runName, JobId = jobId }, cancellationToken)).SingleOrDefault();

    /// <summary>Jobs, the newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobRecord>> FindJobsAsync(JobQuery query, CancellationToken cancellationToken) =>
        await ReadAsync(jobs => jobs.ListAsync(query, cancellationToken), cancellationToken);

    /// <summary>Jobs that had a machine among their targets, the newest first.</summary>
    /// <param name="node">Name of the machine, without a user.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<IReadOnlyList<JobRecord>> JobsOfNodeAsync(string node, CancellationToken cancellationToken) => FindJobsAsync(new JobQuery { Node = node }, cancellationToken);

    /// <summary>How many jobs there are in each state; states without any are missing.</summary>
    /// <param name="query">Which jobs; its order and its page do not matter.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyDictionary<string, int>> CountJobsAsync(JobQuery query, CancellationToken cancellationToken) =>
        (await ReadAsync(jobs => jobs.CountAsync(query, cancellationToken), cancellationToken)).ToDictionary(state => state.Status, state => state.Jobs, StringComparer.Ordinal);

    /// <summary>The jobs of a run without their documents, in the order of their ids, numbers by value.</summary>
    /// <param name="runName">Name of the run; of one that does not exist there are none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> JobSummariesAsync(string runName, CancellationToken cancellationToken)
    {
        var jobs = await _database.ReadAsync(connection => new JobSummaryTable(connection).OfRunAsync(runName, cancellationToken), cancellationToken);
        return [.. jobs.OrderBy(job => job.JobId.Length).ThenBy(job => job.JobId, StringComparer.Ordinal)];
    }

    /// <summary>How the jobs of some runs ended, in no order.</summary>
    /// <param name="runs">Names of the runs.</param>
    /// <param name="status">Only jobs in this state; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobOutcome>> JobOutcomesAsync(IReadOnlyList<string> runs, string? status, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => new JobSummaryTable(connection).OutcomesAsync(_dialect, runs, status, cancellationToken), cancellationToken);

    /// <summary>The last jobs of a description, whatever their run, the newest first.</summary>
    /// <param name="description">All of it.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> JobHistoryAsync(string description, int count, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => new JobSummaryTable(connection).OfDescriptionAsync(description, count, cancellationToken), cancellationToken);

    /// <summary>Jobs that failed or died, the latest change first.</summary>
    /// <param name="since">Only those that changed since then, UTC.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> FailuresAsync(DateTime since, int count, CancellationToken cancellationToken) =>
        await _database.ReadAsync(connection => new JobSummaryTable(connection).FailuresAsync(since, count, cancellationToken), cancellationToken);

    /// <summary>How many jobs of each state each machine had.</summary>
    /// <param name="since">Only jobs that came since then, UTC.</param>
    /// <param name="machineTypes">Only jobs for one of these types of machine; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<NodeState>> NodeStatesAsync(DateTime since, IReadOnlyList<string>? machineTypes, CancellationToken cancellationToken) =>
        await ReadAsync(jobs => jobs.NodeStatesAsync(since, machineTypes, cancellationToken), cancellationToken);
}

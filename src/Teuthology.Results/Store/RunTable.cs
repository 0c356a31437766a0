using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Statements on table <c>runs</c>.</summary>
/// <param name="connection">Open.</param>
/// <param name="dialect">Which database it is.</param>
/// <param name="transaction">The connection's transaction, or null for none.</param>
internal sealed class RunTable(DbConnection connection, ResultsDialect dialect, DbTransaction? transaction = null)
{
    /// <summary>The run of that name, or null.</summary>
    public async Task<RunRow?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await connection.QueryAsync($"SELECT * FROM runs WHERE name = {name}", Read, transaction, cancellationToken)).SingleOrDefault();

    /// <summary>The runs of those names, in no order.</summary>
    public Task<List<RunRow>> NamedAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        connection.QueryAsync($"SELECT * FROM runs WHERE {dialect.In($"name", names)}", Read, transaction, cancellationToken);

    /// <summary>Reads the runs of those names, which nobody else changes before the transaction ends.</summary>
    public SqlQuestion Lock(IReadOnlyList<string> names, Action<RunRow> read) =>
        new($"SELECT * FROM runs WHERE {dialect.In($"name", names)} ORDER BY name {dialect.ForUpdate}", row => read(Read(row)));

    /// <summary>The run of that name, which nobody else changes before the transaction ends; null when there is none.</summary>
    public async Task<RunRow?> LockAsync(string name, CancellationToken cancellationToken)
    {
        RunRow? found = null;
        await connection.AskAsync([Lock([name], run => found = run)], transaction, cancellationToken);
        return found;
    }

    /// <summary>A page of runs.</summary>
    public Task<List<RunRow>> ListAsync(RunQuery query, CancellationToken cancellationToken) => connection.QueryAsync(
        $"""
        SELECT * FROM runs WHERE {new RunConditions(dialect).Of(query)}
        ORDER BY {Order(query.Order)} LIMIT {Math.Max(0, query.Count)} OFFSET {(Math.Max(query.Page, 1) - 1L) * Math.Max(0, query.Count)}
        """,
        Read,
        transaction,
        cancellationToken);

    /// <summary>The values that a property of runs, or of their jobs, has.</summary>
    public Task<List<string>> ValuesAsync(RunProperty property, RunQuery query, CancellationToken cancellationToken)
    {
        var which = new RunConditions(dialect).Of(query);
        FormattableString values = property switch
        {
            RunProperty.Branch => $"SELECT DISTINCT branch AS value FROM runs WHERE {which}",
            RunProperty.Suite => $"SELECT DISTINCT suite AS value FROM runs WHERE {which}",
            RunProperty.Status => $"SELECT DISTINCT status AS value FROM runs WHERE {which}",
            RunProperty.User => $"""SELECT DISTINCT "user" AS value FROM runs WHERE {which}""",
            RunProperty.MachineType => $"SELECT DISTINCT machinetype AS value FROM runs WHERE {which}",
            RunProperty.Date => $"SELECT DISTINCT {dialect.Day($"scheduled")} AS value FROM runs WHERE {which}",
            RunProperty.Sha1 => $"SELECT DISTINCT sha1 AS value FROM jobs WHERE sha1 IS NOT NULL AND runid IN (SELECT id FROM runs WHERE {which})",
            RunProperty.Flavor => $"SELECT DISTINCT flavor AS value FROM jobs WHERE flavor IS NOT NULL AND runid IN (SELECT id FROM runs WHERE {which})",
            _ => throw new ArgumentOutOfRangeException(nameof(property)),
        };
        return connection.QueryAsync(values, row => row.GetString(0), transaction, cancellationToken);
    }

    /// <summary>Adds a run.</summary>
    /// <returns>Its id; null when there is one of that name.</returns>
    public async Task<long?> AddAsync(RunRow run, CancellationToken cancellationToken) => (await connection.QueryAsync(
        $"""
        INSERT INTO runs (name, "user", suite, branch, machinetype, scheduled, posted, updated)
        VALUES ({run.Name}, {run.User}, {run.Suite}, {run.Branch}, {run.MachineType}, {run.Scheduled}, {run.Posted}, {run.Updated})
        ON CONFLICT (name) DO NOTHING RETURNING id
        """,
        row => (long?)row.GetInt64(0),
        transaction,
        cancellationToken)).SingleOrDefault();

    /// <summary>Writes a run that changed.</summary>
    public static FormattableString Save(RunRow run) => $"""
        UPDATE runs SET
            suite = {run.Suite}, branch = {run.Branch}, machinetype = {run.MachineType}, started = {run.Started}, updated = {run.Updated}, status = {RunStatus.Of(run.Jobs)},
            queued = {Count(run, JobState.Queued)}, pass = {Count(run, JobState.Pass)}, running = {Count(run, JobState.Running)}, waiting = {Count(run, JobState.Waiting)},
            fail = {Count(run, JobState.Fail)}, dead = {Count(run, JobState.Dead)}, unknown = {Count(run, JobState.Unknown)}, skip = {Count(run, JobState.Skip)},
            firstjob = {run.FirstJob}, sha1 = {run.Sha1}, flavor = {run.Flavor}, priority = {run.Priority}
        WHERE id = {run.Id}
        """;

    /// <summary>Looks anew which job is the first one, after the one that was has gone.</summary>
    public static FormattableString LookForFirst(long run) => $"""
        UPDATE runs SET (firstjob, sha1, flavor, priority) = (SELECT jobid, sha1, flavor, priority FROM jobs WHERE runid = {run} ORDER BY jobid LIMIT 1)
        WHERE id = {run}
        """;

    private static long Count(RunRow run, string state) => run.Jobs.GetValueOrDefault(state);

    private static FormattableString Order(RunOrder order) => order switch
    {
        RunOrder.NewestPosted => $"posted DESC, id DESC",
        RunOrder.NewestScheduled => $"scheduled DESC, id DESC",
        RunOrder.OldestScheduled => $"scheduled, id",
        _ => $"id",
    };

    private static RunRow Read(DbDataReader row) => new()
    {
        Id = row.Whole("id")!.Value,
        Name = row.Text("name")!,
        User = row.Text("user")!,
        Suite = row.Text("suite")!,
        Branch = row.Text("branch")!,
        MachineType = row.Text("machinetype")!,
        Scheduled = row.Time("scheduled")!.Value,
        Posted = row.Time("posted")!.Value,
        Started = row.Time("started"),
        Updated = row.Time("updated")!.Value,
        Jobs = JobState.All.Select(state => (state, Count: (int)row.Whole(state)!.Value)).Where(jobs => jobs.Count > 0).ToDictionary(jobs => jobs.state, jobs => jobs.Count),
        FirstJob = row.Text("firstjob"),
        Sha1 = row.Text("sha1"),
        Flavor = row.Text("flavor"),
        Priority = row.Whole("priority"),
    };
}

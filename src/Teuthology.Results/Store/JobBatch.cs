using System.Data.Common;
using System.Globalization;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Changes of jobs within one transaction: reads their runs and jobs, applies the changes in order, tells what to write.</summary>
/// <param name="connection">Open.</param>
/// <param name="transaction">The transaction.</param>
/// <param name="dialect">Which database it is.</param>
/// <param name="number">Asks for the transaction's number; null where there is none.</param>
/// <param name="time">Clock and zone.</param>
internal sealed class JobBatch(DbConnection connection, DbTransaction transaction, ResultsDialect dialect, FormattableString? number, TimeProvider time)
{
    private readonly RunTable _runs = new(connection, dialect, transaction);
    private readonly JobTable _jobs = new(connection, dialect, transaction);
    private readonly Dictionary<string, RunRow> _knownRuns = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Run, string Job), JobRow> _knownJobs = [];
    private readonly HashSet<JobRow> _changed = [];
    private readonly HashSet<RunRow> _changedRuns = [];
    private readonly HashSet<long> _firstLost = [];

    // One for all: jobs of which nothing else is new then share a statement.
    private readonly DateTime _now = time.GetUtcNow().UtcDateTime;
    private long _lastId;
    private string? _number;

    /// <summary>Finds out what becomes of each; the statements that make it so are the last ones of the transaction.</summary>
    public async Task<Written<List<JobSaved>>> RunAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        await ReadAsync(writes, cancellationToken);
        List<JobSaved> saved = [];
        foreach (var write in writes)
            saved.Add(await ApplyAsync(write, cancellationToken));
        var touched = _changed.Where(job => job.IsSame).ToList();
        _changed.ExceptWith(touched);
        var touches = touched.GroupBy(job => job.Updated).Select(group => _jobs.Touch([.. group.Select(job => job.Id).Order()], group.Key));
        var statements = touches.Concat(_jobs.Save([.. _changed])).Concat(_changedRuns.Select(RunTable.Save)).Concat(_firstLost.Select(RunTable.LookForFirst)).ToList();
        return new Written<List<JobSaved>>(saved, statements) { Number = _number, IsTold = statements.Count > 0 };
    }

    private async Task ReadAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        await LookAsync(writes, cancellationToken);
        var wanted = writes.Where(write => write.Mode != SaveMode.There && !_knownRuns.ContainsKey(write.Run)).ToList();
        foreach (var name in wanted.Select(write => write.Run).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            await _runs.AddAsync(RunBirth.Of(name, time), cancellationToken);
        if (wanted.Count > 0)
            await LookAsync(wanted, cancellationToken);
        if (_knownJobs.Count == 0 || !writes.Any(write => write.Told.ContainsKey("targets")))
            return;
        var byId = _knownJobs.Values.ToDictionary(job => job.Id);
        foreach (var (job, node) in await _jobs.NodesAsync([.. byId.Keys], cancellationToken))
            byId[job].Nodes.Add(node);
    }

    // The runs are locked first, sorted, so that two servers never wait for each other; then nobody else changes their jobs.
    private Task LookAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        var names = writes.Select(write => write.Run).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var ids = writes.SelectMany(write => new[] { (write.Run, Job: write.JobId), (write.Run, Job: NewId(write)) }).Where(one => one.Job is not null).Distinct().ToList();
        List<SqlQuestion> questions =
        [
            _runs.Lock(names, run => _knownRuns[run.Name] = run),
            _jobs.Find(ids!, job => _knownJobs[(job.RunId, job.JobId)] = job),
        ];
        if (number is not null)
            questions.Add(new SqlQuestion(number, row => _number = row.GetString(0)));
        return connection.AskAsync(questions, transaction, cancellationToken);
    }

    private async Task<JobSaved> ApplyAsync(JobWrite write, CancellationToken cancellationToken)
    {
        if (!_knownRuns.TryGetValue(write.Run, out var run))
            return new JobSaved(write.JobId!, SaveOutcome.Missing, []);
        var given = write.JobId is null ? await FreeIdAsync(run, cancellationToken) : 0;
        var id = write.JobId ?? given.ToString(CultureInfo.InvariantCulture);
        var job = _knownJobs.GetValueOrDefault((run.Id, id));
        if (write.Mode == SaveMode.New && job is not null)
            return new JobSaved(id, SaveOutcome.Exists, []);
        if (write.Mode == SaveMode.There && job is null)
            return new JobSaved(id, SaveOutcome.Missing, []);
        if (write.Condition is { } condition && (job is null || !condition(job)))
            return new JobSaved(id, SaveOutcome.Passed, []);
        job ??= new JobRow { NewId = given, RunId = run.Id, JobId = id, Posted = _now, Updated = _now, Wire = JobColumns.Empty(), Extra = [] };
        if (NewId(write) is { } renamed && renamed != id)
        {
            if (_knownJobs.ContainsKey((run.Id, renamed)))
                return new JobSaved(renamed, SaveOutcome.Exists, []);
            _knownJobs.Remove((run.Id, id));
            if (run.FirstJob == id)
                _firstLost.Add(run.Id);
            job.JobId = id = renamed;
        }

        _knownJobs[(run.Id, id)] = job;
        var linked = job.NewNodes.Count;
        new JobRules(_now, time.LocalTimeZone).Apply(run, job, write.Told, isOwn: write.Mode == SaveMode.Any);
        if (run.FirstJob is null || string.CompareOrdinal(id, run.FirstJob) <= 0)
            (run.FirstJob, run.Sha1, run.Flavor, run.Priority) = (id, job.Sha1, job.Flavor, job.Priority);
        _changed.Add(job);
        _changedRuns.Add(run);
        return new JobSaved(id, SaveOutcome.Saved, [.. job.NewNodes.Skip(linked)]);
    }

    // The number of the row that is to come; a file gives the same one until that row is written.
    private async Task<long> FreeIdAsync(RunRow run, CancellationToken cancellationToken)
    {
        for (; ;)
        {
            _lastId = Math.Max(_lastId + 1, await _jobs.NextIdAsync(cancellationToken));
            var id = _lastId.ToString(CultureInfo.InvariantCulture);
            if (!_knownJobs.ContainsKey((run.Id, id)) && await _jobs.IsFreeAsync(run.Id, id, cancellationToken))
                return _lastId;
        }
    }

    // A change of a job may give it another id.
    private static string? NewId(JobWrite write) => write.Mode == SaveMode.There && write.Told["job_id"] is { } id && JobRules.Text(id) is { Length: > 0 } text ? text.Replace("\0", "", StringComparison.Ordinal) : null;
}

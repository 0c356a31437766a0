using System.Data.Common;
using System.Globalization;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Changes of jobs within one transaction: reads their runs and jobs, applies the changes in order, writes what became of them.</summary>
/// <param name="connection">Open.</param>
/// <param name="transaction">The transaction.</param>
/// <param name="dialect">Which database it is.</param>
/// <param name="time">Clock and zone.</param>
internal sealed class JobBatch(DbConnection connection, DbTransaction transaction, ResultsDialect dialect, TimeProvider time)
{
    private readonly RunTable _runs = new(connection, dialect, transaction);
    private readonly JobTable _jobs = new(connection, dialect, transaction);
    private readonly Dictionary<string, RunRow> _knownRuns = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Run, string Job), JobRow> _knownJobs = [];
    private readonly HashSet<JobRow> _changed = [];
    private readonly HashSet<RunRow> _changedRuns = [];
    private readonly HashSet<long> _firstLost = [];
    private long _lastId;

    /// <summary>Carries them out.</summary>
    /// <returns>What became of each.</returns>
    public async Task<List<JobSaved>> RunAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        await ReadRunsAsync(writes, cancellationToken);
        await ReadJobsAsync(writes, cancellationToken);
        List<JobSaved> saved = [];
        foreach (var write in writes)
            saved.Add(await ApplyAsync(write, cancellationToken));
        var statements = _changed.SelectMany(JobTable.Save).Concat(_changedRuns.Select(RunTable.Save)).Concat(_firstLost.Select(RunTable.LookForFirst)).ToList();
        await connection.ExecuteAllAsync(statements, transaction, cancellationToken);
        return saved;
    }

    // Sorted, so that two servers never wait for each other.
    private async Task ReadRunsAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        var names = writes.Select(write => write.Run).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        await KnowAsync(names);
        var wanted = writes.Where(write => write.Mode != SaveMode.There).Select(write => write.Run).Where(name => !_knownRuns.ContainsKey(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        foreach (var name in wanted)
            await _runs.AddAsync(RunBirth.Of(name, time), cancellationToken);
        if (wanted.Count > 0)
            await KnowAsync(wanted);

        async Task KnowAsync(List<string> asked)
        {
            foreach (var run in await _runs.LockAsync(asked, cancellationToken))
                _knownRuns[run.Name] = run;
        }
    }

    private async Task ReadJobsAsync(IReadOnlyList<JobWrite> writes, CancellationToken cancellationToken)
    {
        foreach (var group in writes.GroupBy(write => write.Run, StringComparer.Ordinal))
        {
            if (!_knownRuns.TryGetValue(group.Key, out var run))
                continue;
            var ids = group.SelectMany(write => new[] { write.JobId, NewId(write) }).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            if (ids.Count == 0)
                continue;
            var found = await _jobs.FindAsync(run.Id, ids, cancellationToken);
            foreach (var job in found)
                _knownJobs[(run.Id, job.JobId)] = job;
            if (found.Count == 0 || !group.Any(write => write.Told.ContainsKey("targets")))
                continue;
            var byId = found.ToDictionary(job => job.Id);
            foreach (var (job, node) in await _jobs.NodesAsync(run.Id, ids, cancellationToken))
                byId[job].Nodes.Add(node);
        }
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
        var now = time.GetUtcNow().UtcDateTime;
        job ??= new JobRow { NewId = given, RunId = run.Id, JobId = id, Posted = now, Updated = now, Wire = JobColumns.Empty(), Extra = [] };
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
        new JobRules(now, time.LocalTimeZone).Apply(run, job, write.Told);
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
            if (!_knownJobs.ContainsKey((run.Id, id)) && (await _jobs.FindAsync(run.Id, [id], cancellationToken)).Count == 0)
                return _lastId;
        }
    }

    // A change of a job may give it another id.
    private static string? NewId(JobWrite write) => write.Mode == SaveMode.There && write.Told["job_id"] is { } id && JobRules.Text(id) is { Length: > 0 } text ? text.Replace("\0", "", StringComparison.Ordinal) : null;
}

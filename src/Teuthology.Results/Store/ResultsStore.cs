using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>
/// Runs and jobs, in a SQLite file or a PostgreSQL database, that any number of processes may read and write at once. Every write is one transaction
/// and may be repeated.
/// </summary>
public sealed partial class ResultsStore : IAsyncDisposable
{
    private const string GoneReason = "the process that ran the job is gone";
    private readonly TimeProvider _time;
    private readonly SqlDatabase _database;
    private readonly ResultsDialect _dialect;
    private readonly JobWriter _writer;
    private readonly ChangeWatch _changes;

    private ResultsStore(string place, TimeProvider time)
    {
        _time = time;
        _database = SqlDatabase.At(place, ResultsSchema.Tables, time);
        _dialect = ResultsDialect.Of(_database);
        _changes = new ChangeWatch(_database, time);
        _writer = new JobWriter(_database, time, _changes.Tell);
    }

    /// <summary>Where it is, without secrets: the file's path, or <c>host:port/database</c>.</summary>
    public string Path => _database.Place;

    /// <summary>
    /// Opens the store of a state directory, making or updating its tables, and ends as dead what processes of this host left unfinished when they died.
    /// </summary>
    /// <param name="stateDirectory">Made when missing.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <exception cref="TeuthologyException">The file cannot be opened or made.</exception>
    public static Task<ResultsStore> OpenAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAtAsync(System.IO.Path.GetFullPath(System.IO.Path.Combine(stateDirectory, FileName)), time, cancellationToken);

    /// <summary>Name of the file in a state directory.</summary>
    public const string FileName = "results.db";

    /// <summary>Opens the store of a site, as <see cref="StorePlace"/> chooses it: the same database as that of the locks, or a file of the state directory.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    /// <exception cref="TeuthologyException">The store does not answer.</exception>
    public static Task<ResultsStore> OpenAsync(
        Func<string, string?> environment, SiteConfig site, string stateDirectory, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAtAsync(StorePlace.Choose(environment, site, stateDirectory, FileName), time, cancellationToken);

    /// <summary>Opens the store of a place, making or updating its tables, and ends as dead what processes of this host left unfinished when they died.</summary>
    /// <param name="place">A SQLite file, or a PostgreSQL database, <c>postgres://user@host/database</c> or <c>Host=…;Database=…</c>.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    /// <exception cref="TeuthologyException">The store does not answer.</exception>
    public static async Task<ResultsStore> OpenAtAsync(string place, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = new ResultsStore(place, time);
        try
        {
            await store._database.PrepareAsync(cancellationToken);
            await store.EndAbandonedJobsAsync(cancellationToken);
            return store;
        }
        catch (TeuthologyException failure) when (failure is not ConfigurationException && store._database.IsOneHost)
        {
            await store.DisposeAsync();
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot open the {failure.Message} (TEUTHOLOGY_STATE names another directory)", failure);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a run name that nobody has: <paramref name="name"/>, or the same some seconds later.</summary>
    /// <param name="name">The wanted name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RunName> ClaimRunNameAsync(RunName name, CancellationToken cancellationToken)
    {
        while (!await AddAsync(RunBirth.Of(name, _time), cancellationToken))
            name = name with { Scheduled = name.Scheduled.AddSeconds(1) };
        return name;
    }

    /// <summary>Makes a run without jobs.</summary>
    /// <param name="name">Its name; what it tells of the run is read out of it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is one of that name.</returns>
    public Task<bool> CreateRunAsync(string name, CancellationToken cancellationToken) => AddAsync(RunBirth.Of(name, _time), cancellationToken);

    /// <summary>
    /// Writes what is known of a job, by the results server's key names; the run and the job are made when missing. Other keys are kept.
    /// A job that passed or failed keeps its status, whatever <c>status</c> comes later.
    /// </summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobId">Id of the job in it.</param>
    /// <param name="told">Keys and values.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SaveJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new JobWrite(runName, jobId, told, SaveMode.Any), cancellationToken);

    /// <summary>Writes a new job; its run is made when missing.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobId">Id of the job in it; null for one that the store gives.</param>
    /// <param name="told">Keys and values.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<JobSaved> CreateJobAsync(string runName, string? jobId, JsonObject told, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new JobWrite(runName, jobId, told, SaveMode.New), cancellationToken);

    /// <summary>Writes what is new of a job that exists; <c>job_id</c> among it gives it another id.</summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobId">Id of the job in it.</param>
    /// <param name="told">Keys and values.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<JobSaved> UpdateJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new JobWrite(runName, jobId, told, SaveMode.There), cancellationToken);

    /// <summary>Forgets a run with all of its jobs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none of that name.</returns>
    public async Task<bool> DeleteRunAsync(string name, CancellationToken cancellationToken) =>
        await ChangeAsync(() => $"DELETE FROM runs WHERE name = {name}", cancellationToken) > 0;

    /// <summary>Forgets a job; the run's status follows.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none of that id.</returns>
    public async Task<bool> DeleteJobAsync(string runName, string jobId, CancellationToken cancellationToken)
    {
        var deleted = await _database.CommitAsync(
            async (connection, transaction) =>
            {
                if (await new RunTable(connection, _dialect, transaction).LockAsync(runName, cancellationToken) is not { } run
                    || await new JobTable(connection, _dialect, transaction).FindAsync(runName, jobId, cancellationToken) is not { } job)
                    return new Written<bool>(false, []);
                run.Count(job.Status, null);
                return new Written<bool>(true, [$"DELETE FROM jobs WHERE id = {job.Id}", RunTable.Save(run), RunTable.LookForFirst(run.Id)]) { IsTold = true };
            },
            cancellationToken);
        if (deleted)
            _changes.Tell();
        return deleted;
    }

    /// <summary>Forgets that jobs had a machine, which has left the lab.</summary>
    /// <param name="node">Name of the machine.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task UnlinkNodeAsync(string node, CancellationToken cancellationToken) => ChangeAsync(() => $"DELETE FROM job_nodes WHERE node = {node}", cancellationToken);

    /// <summary>Forgets every run, job and queue, and counts jobs from 1 again.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await _database.CommitAsync((_, _) => Task.FromResult(new Written<int>(0, [.. _dialect.Empty]) { IsTold = true }), cancellationToken);
        _changes.Tell();
    }

    /// <summary>Ends as dead the unfinished jobs whose process, on this host, lives no more.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many.</returns>
    public async Task<int> EndAbandonedJobsAsync(CancellationToken cancellationToken)
    {
        var suspects = await ReadAsync(jobs => jobs.UnfinishedAsync(cancellationToken), cancellationToken);
        var ended = 0;
        foreach (var job in suspects.Where(job => IsGone(job.Process)))
        {
            // Meanwhile another process may have taken it up.
            var verdict = new JsonObject { ["status"] = JobState.Dead, ["success"] = false, ["failure_reason"] = GoneReason };
            var saved = await _writer.WriteAsync(
                new JobWrite(job.Run, job.JobId, verdict, SaveMode.There, row => JobState.IsUnfinished(row.Status) && row.Process == job.Process),
                cancellationToken);
            if (saved.Outcome != SaveOutcome.Saved)
                continue;
            ended++;
            if (job.OwnArchive is { } archive && !job.Process.StartsWith(JobRules.ToldProcess, StringComparison.Ordinal))
                EndArchive(archive);
        }

        return ended;
    }

    /// <summary>A number that is another one after every change of anything in the store, whoever made it.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<long> VersionAsync(CancellationToken cancellationToken) => _changes.VersionAsync(cancellationToken);

    /// <summary>Waits for the next change.</summary>
    /// <param name="version">What <see cref="VersionAsync"/>, or this, gave last.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The version now; the same when nothing changed in that time.</returns>
    public Task<long> WaitForChangeAsync(long version, TimeSpan atMost, CancellationToken cancellationToken) => _changes.WaitAsync(version, atMost, cancellationToken);

    /// <summary>Writes what is still to be written, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _database.DisposeAsync();
    }

    // The store has the verdict in any case.
    private static void EndArchive(string archive)
    {
        try
        {
            AbandonedArchive.End(archive, GoneReason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ConfigurationException)
        {
            return;
        }
    }

    // What came over the wire may be of a process of another host.
    private bool IsGone(string mark) => mark.StartsWith(JobRules.ToldProcess, StringComparison.Ordinal)
        ? ControllerProcess.TryParse(mark[JobRules.ToldProcess.Length..], out var told) && told.IsDeadHere
        : ControllerProcess.TryParse(mark, out var process) && (_database.IsOneHost ? process.IsDead : process.IsDeadHere);

    private async Task<bool> AddAsync(RunRow run, CancellationToken cancellationToken)
    {
        var id = await _database.CommitAsync(
            async (connection, transaction) => new Written<long?>(await new RunTable(connection, _dialect, transaction).AddAsync(run, cancellationToken), []) { IsTold = true },
            cancellationToken);
        if (id is not null)
            _changes.Tell();
        return id is not null;
    }

    // As a transaction, since of one it can be looked up whether it was committed.
    private async Task<int> ChangeAsync(Func<FormattableString> sql, CancellationToken cancellationToken)
    {
        var rows = await _database.CommitAsync(
            async (connection, transaction) => new Written<int>(await connection.ExecuteAsync(sql(), transaction, cancellationToken), []) { IsTold = true },
            cancellationToken);
        _changes.Tell();
        return rows;
    }

    private Task<T> ReadAsync<T>(Func<JobTable, Task<T>> read, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => read(new JobTable(connection, _dialect)), cancellationToken);
}

using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Teuthology.Jobs;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>
/// Runs and jobs on disk, one SQLite file that any number of processes may read and write at once.
/// Every write is one transaction and may be repeated.
/// </summary>
public sealed class ResultsStore
{
    private const string GoneReason = "the process that ran the job is gone";
    private readonly TimeProvider _time;
    private readonly StoreFile _file;

    private ResultsStore(string path, TimeProvider time)
    {
        _file = new StoreFile(path);
        _time = time;
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Opens the store of a state directory, making or updating its tables, and ends as dead what processes of this host left unfinished when they died.
    /// </summary>
    /// <param name="stateDirectory">Made when missing.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    /// <exception cref="TeuthologyException">The file cannot be opened or made.</exception>
    public static async Task<ResultsStore> OpenAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = new ResultsStore(System.IO.Path.Combine(stateDirectory, "results.db"), time);
        try
        {
            Directory.CreateDirectory(stateDirectory);
            await StoreSchema.PrepareAsync(store._file, cancellationToken);
            await store.EndAbandonedJobsAsync(cancellationToken);
            return store;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new TeuthologyException(
                FailureKind.Infrastructure,
                $"cannot open the results in {store.Path}: {failure.Message} (TEUTHOLOGY_STATE names another directory)",
                failure);
        }
    }

    /// <summary>Takes a run name that nobody has: <paramref name="name"/>, or the same some seconds later.</summary>
    /// <param name="name">The wanted name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RunName> ClaimRunNameAsync(RunName name, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var runs = new RunTable(connection, transaction);
        while (await runs.FindAsync(name.ToString(), cancellationToken) is not null)
            name = name with { Scheduled = name.Scheduled.AddSeconds(1) };
        await runs.SaveAsync(NewRun(name.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return name;
    }

    /// <summary>
    /// Writes what is known of a job, by the results server's key names; the run and the job are made when missing. Other keys are kept.
    /// A job that passed or failed keeps its status, whatever <c>status</c> comes later.
    /// </summary>
    /// <param name="runName">Name of the run.</param>
    /// <param name="jobId">Id of the job in it.</param>
    /// <param name="told">Keys and values.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task SaveJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken) =>
        SaveJobAsync(runName, jobId, told, _ => true, cancellationToken);

    /// <summary>Runs, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await RunReader.ReadAsync(connection, await new RunTable(connection).ListAsync(query, cancellationToken), cancellationToken);
    }

    /// <summary>A run, or null.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RunRecord?> RunAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        var run = await new RunTable(connection).FindAsync(name, cancellationToken);
        return run is null ? null : (await RunReader.ReadAsync(connection, [run], cancellationToken)).Single();
    }

    /// <summary>Jobs of a run, in the order of their ids, numbers by value.</summary>
    /// <param name="runName">Name of the run; of one that does not exist there are none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobRecord>> JobsAsync(string runName, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        var rows = await new RunTable(connection).FindAsync(runName, cancellationToken) is { } run
            ? await new JobTable(connection).ListAsync(run.Id, cancellationToken)
            : [];
        return [.. rows.OrderBy(row => row.JobId.Length).ThenBy(row => row.JobId, StringComparer.Ordinal).Select(row => RunReader.Read(runName, row))];
    }

    /// <summary>A job, or null.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<JobRecord?> JobAsync(string runName, string jobId, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        var row = await new RunTable(connection).FindAsync(runName, cancellationToken) is { } run
            ? await new JobTable(connection).FindAsync(run.Id, jobId, cancellationToken)
            : null;
        return row is null ? null : RunReader.Read(runName, row);
    }

    /// <summary>Jobs that had a machine among their targets, the newest first.</summary>
    /// <param name="node">Name of the machine, without a user.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobRecord>> JobsOfNodeAsync(string node, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return [.. (await new JobTable(connection).OfNodeAsync(node, cancellationToken)).Select(found => RunReader.Read(found.Run, found.Job))];
    }

    /// <summary>The jobs of a run without their documents, in the order of their ids, numbers by value.</summary>
    /// <param name="runName">Name of the run; of one that does not exist there are none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> JobSummariesAsync(string runName, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        var jobs = await new JobSummaryTable(connection).OfRunAsync(runName, cancellationToken);
        return [.. jobs.OrderBy(job => job.JobId.Length).ThenBy(job => job.JobId, StringComparer.Ordinal)];
    }

    /// <summary>The last jobs of a description, whatever their run, the newest first.</summary>
    /// <param name="description">All of it.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> JobHistoryAsync(string description, int count, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await new JobSummaryTable(connection).OfDescriptionAsync(description, count, cancellationToken);
    }

    /// <summary>Jobs that failed or died, the latest change first.</summary>
    /// <param name="since">Only those that changed since then, UTC.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<JobSummary>> FailuresAsync(DateTime since, int count, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await new JobSummaryTable(connection).FailuresAsync(since, count, cancellationToken);
    }

    /// <summary>How many jobs of each state each machine had.</summary>
    /// <param name="since">Only jobs that came since then, UTC.</param>
    /// <param name="machineTypes">Only jobs for one of these types of machine; null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<NodeState>> NodeStatesAsync(DateTime since, IReadOnlyList<string>? machineTypes, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await new JobTable(connection).NodeStatesAsync(since, machineTypes, cancellationToken);
    }

    /// <summary>Forgets a run with all of its jobs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none of that name.</returns>
    public async Task<bool> DeleteRunAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync($"DELETE FROM runs WHERE Name = {name}", null, cancellationToken) > 0;
    }

    /// <summary>Forgets a job.</summary>
    /// <param name="runName">Name of its run.</param>
    /// <param name="jobId">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none of that id.</returns>
    public async Task<bool> DeleteJobAsync(string runName, string jobId, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync($"DELETE FROM jobs WHERE JobId = {jobId} AND RunId = (SELECT Id FROM runs WHERE Name = {runName})", null, cancellationToken) > 0;
    }

    /// <summary>Forgets every run and job.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"DELETE FROM jobs", transaction, cancellationToken);
        await connection.ExecuteAsync($"DELETE FROM runs", transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Ends as dead the unfinished jobs whose process, on this host, lives no more.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many.</returns>
    public async Task<int> EndAbandonedJobsAsync(CancellationToken cancellationToken)
    {
        List<JobTable.Suspect> suspects;
        await using (var connection = await _file.OpenAsync(cancellationToken))
            suspects = await new JobTable(connection).UnfinishedAsync(cancellationToken);
        var gone = suspects.Where(job => !ProcessMark.MayBeAlive(job.Process)).ToList();
        foreach (var job in gone)
        {
            var verdict = new JsonObject { ["status"] = JobState.Dead, ["success"] = false, ["failure_reason"] = GoneReason };
            await SaveJobAsync(job.Run, job.JobId, verdict, row => JobState.IsUnfinished(row.Status), cancellationToken);
            if (job.ArchivePath is { } archive)
                EndArchive(archive);
        }

        return gone.Count;
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

    private async Task SaveJobAsync(
        string runName, string jobId, JsonObject told, Func<JobRow, bool> condition, CancellationToken cancellationToken)
    {
        await using var connection = await _file.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (runs, jobs) = (new RunTable(connection, transaction), new JobTable(connection, transaction));
        var found = await runs.FindAsync(runName, cancellationToken);
        var run = found ?? NewRun(runName);
        var job = (found is null ? null : await jobs.FindAsync(run.Id, jobId, cancellationToken))
            ?? new JobRow { JobId = jobId, Status = JobState.Unknown, Document = "{}", Posted = Now };
        if (!condition(job))
            return;

        JobRules.Apply(job, told, Now);
        run.Suite = JobRules.Text(told, "suite") ?? run.Suite;
        run.Branch = JobRules.Text(told, "branch") ?? run.Branch;
        run.MachineType = JobRules.Text(told, "machine_type") ?? run.MachineType;
        run.Started ??= job.Started;
        run.Updated = Now;
        job.RunId = await runs.SaveAsync(run, cancellationToken);
        await jobs.SaveAsync(job, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private RunRow NewRun(string name)
    {
        var parts = RunName.TryParse(name, out var parsed) ? parsed : null;
        return new RunRow
        {
            Name = name,
            User = parts?.User ?? "",
            Suite = parts?.Suite ?? "",
            Branch = parts?.Branch ?? "",
            MachineType = parts?.MachineType ?? "",
            Scheduled = parts is null ? Now : TimeZoneInfo.ConvertTimeToUtc(parts.Scheduled, _time.LocalTimeZone),
            Posted = Now,
            Updated = Now,
        };
    }
}

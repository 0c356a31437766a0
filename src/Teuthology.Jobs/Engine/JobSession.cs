using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>A job from the moment its archive is open.</summary>
internal sealed class JobSession : IJobSession
{
    private readonly JobContext _job;
    private readonly JobPlan _plan;
    private readonly JobArchive _archive;
    private readonly ArchiveJournal _journal;
    private readonly TaskStack _stack;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private long _start;
    private Task? _running;
    private Task<JobResult>? _ending;
    private CancellationTokenRegistration _interruptions;

    public JobSession(JobContext job, JobPlan plan, JobArchive archive, ArchiveJournal journal)
    {
        _job = job;
        _plan = plan;
        _archive = archive;
        _journal = journal;
        _stack = new TaskStack(job);
        _log = job.Loggers.CreateLogger("teuthology.run");
        _start = job.Time.GetTimestamp();
        archive.Trouble.Happened = Interrupt;
    }

    public JobSpec Job => _job.Spec;

    public string? SkipReason => _job.Failures.SkipReason;

    public string? ArchivePath => _archive.Directory;

    /// <summary>Locks the machines, or takes note of the given ones; when that fails the job ends here, dead, and the failure is thrown.</summary>
    public async Task OpenAsync(ILab lab, IReadOnlyList<Target> targets, LabFeatures features, CancellationToken cancellationToken)
    {
        JobLog.Opened(_log, typeof(JobSession).Assembly.GetName().Version?.ToString(3) ?? "?", _job.Spec.Description ?? "(no description)", _archive.Directory);
        JobLog.Config(_log, Yaml.YamlDumper.Dump(_job.Config));
        if (_job.Options.Site.File is { } site)
            JobLog.Note(_log, $"site configuration: {site}");
        foreach (var slip in JobKeys.Warnings(_job.Config))
            JobLog.Warn(_log, slip);

        await using var registration = InterruptOn(cancellationToken, "the job was cancelled while it waited for machines");
        try
        {
            foreach (var (entry, task) in InternalTasks.BeforeLock(_job, _plan))
                await _stack.EnterAsync(entry, task, _job.Interruption.Token);
            if (_plan.Roles.Count == 0 && targets.Count == 0)
                return;
            if (targets.Count > 0)
                await GivenMachines.TakeAsync(lab, targets.Count, _job, _job.Interruption.Token);
            else
                await _stack.EnterAsync(new TaskEntry("internal.lock_machines", null, null), new LockMachinesTask(lab, _plan, features, _journal), _job.Interruption.Token);
            _start = _job.Time.GetTimestamp();
        }
        catch (Exception e)
        {
            _job.Failures.Add(null, unwinding: false, e);
            await TellAsync(e);
            await UnwindAsync();
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(e);
        }
    }

    public Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is not null || _ending is not null)
                throw new InvalidOperationException("a session runs its job once");
            return _running = Task.Run(() => EnterAllAsync(cancellationToken), CancellationToken.None);
        }
    }

    public Task<JobResult> UnwindAsync()
    {
        lock (_gate)
            return _ending ??= Task.Run(EndAsync);
    }

    public async ValueTask DisposeAsync() => await UnwindAsync();

    private async Task EnterAllAsync(CancellationToken cancellationToken)
    {
        _interruptions = InterruptOn(cancellationToken, "the job was cancelled"); // also while it sleeps before its teardown
        using var limit = _job.Options.JobTimeout is { } timeout ? new CancellationTokenSource(timeout, _job.Time) : new CancellationTokenSource();
        await using var overdue = InterruptOn(limit.Token, $"hit max job timeout: the job was still running after {_job.Options.JobTimeout?.TotalSeconds:0} s");

        try
        {
            BeginEarly();
            foreach (var (entry, task) in InternalTasks.Of(_job, _plan, _archive))
                await _stack.EnterAsync(entry, task, _job.Interruption.Token);

            if (_plan.Tasks.Count == 0)
                JobLog.NoTasks(_log);
            foreach (var entry in _plan.Tasks)
                await _stack.EnterAsync(entry, _job.Interruption.Token);
        }
        catch (Exception e) when (e is not JobSkippedException)
        {
            await TellAsync(e);
            await _job.Prompt.OpenForTaskAsync(e, _job.Interruption.Token);
            throw;
        }
    }

    private void BeginEarly()
    {
        foreach (var entry in _plan.Tasks)
        {
            if (_job.Tasks.TryFind(entry.Name, out var task) && task.Type.IsAssignableTo(typeof(IEarlyTask)))
                ((IEarlyTask)task.Create(_job.Services)).Begin(_job, entry.Name);
        }
    }

    // A job that is told to stop is no failure that anybody looks for.
    private Task TellAsync(Exception error) => _job.Interruption.Reason is not null
        ? Task.CompletedTask
        : new SentryReport(_job).SendAsync(error, _job.Failures.All.FirstOrDefault(f => ReferenceEquals(f.Error, error))?.Task);

    // Nobody would see what the job does; an observer that throws is no reason to stop it.
    private void Interrupt(Exception trouble)
    {
        if (trouble is IOException or UnauthorizedAccessException)
            _ = Task.Run(() => _job.Interruption.Interrupt($"the job's archive cannot be written: {trouble.Message}"));
    }

    private CancellationTokenRegistration InterruptOn(CancellationToken token, string reason) =>
        token.UnsafeRegister(_ => _job.Interruption.Interrupt(reason), null);

    private async Task<JobResult> EndAsync()
    {
        await StopRunningAsync();
        await new TeardownPause(_job).WaitAsync([.. _stack.Names]);
        _journal.Unwinding(_job.Failures.Reason);
        if (await _stack.UnwindAsync() is null && _job.Failures.Status == JobStatus.Pass)
            _archive.Timing.Mark("tasks complete");
        await _job.EndSharedAsync();
        await _interruptions.DisposeAsync();
        if (_archive.Trouble.First is { } trouble)
            _job.Failures.Add(null, unwinding: true, new TeuthologyException(FailureKind.Infrastructure, $"the job's archive {_archive.Directory} could not be written in full: {trouble.Message}", trouble));

        var duration = _job.Time.GetElapsedTime(_start);
        var failures = _job.Failures;
        var result = new JobResult(failures.Status, failures.Reason, duration, _archive.Directory, failures.First)
        {
            CleanupFailures = [.. failures.All.Skip(1).Where(f => f.Unwinding).Select(f => $"unwinding {f.Task}: {f.Error.Message}")],
        };
        if (failures.First is { } first)
            JobLog.NotQuenched(_log, first.GetType().Name, first.Message);
        JobLog.Duration(_log, duration.TotalSeconds);
        try
        {
            var summary = Summary.Complete(_job, result);
            _archive.WriteSummary(summary);
            await ErrorMail.SendAsync(_job, summary, result, CancellationToken.None);
            JobLog.Summary(_log, Yaml.YamlDumper.Dump(summary), result.Status is JobStatus.Fail or JobStatus.Dead ? Summary.TextOf(result.Status).ToUpperInvariant() : Summary.TextOf(result.Status));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            result = result with
            {
                Status = JobStatus.Dead,
                FailureReason = result.FailureReason ?? $"the summary of the job cannot be written: {e.Message}",
                Error = result.Error ?? e,
            };
        }
        finally
        {
            _journal.Ended(result);
            _job.Loggers.Dispose();
            _archive.Dispose();
        }

        return result;
    }

    // Unwinding while a task runs would pull the machines from under it.
    private async Task StopRunningAsync()
    {
        if (_running is null)
        {
            if (_job.Failures.All.Count == 0)
                _job.Failures.Add(null, unwinding: false, new TeuthologyException(FailureKind.Infrastructure, "the job was given up before its first task ran"));
            return;
        }

        if (!_running.IsCompleted)
            _job.Interruption.Interrupt("the job was ended from outside");
        await _running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (_running.Exception?.InnerException is { } error && _job.Failures.All.Count == 0 && SkipReason is null)
            _job.Failures.Add(null, unwinding: false, error);
    }
}

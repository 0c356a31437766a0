using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// Tasks that were entered and will be unwound in reverse. A job has one; tasks that run tasks (<c>sequential</c>, <c>loop</c>) make their own.
/// </summary>
/// <param name="job">The job.</param>
public sealed class TaskStack(JobContext job)
{
    private readonly ILogger _log = job.Loggers.CreateLogger("teuthology.run_tasks");
    private readonly Stack<TaskRun> _entered = new();

    /// <summary>Names of the tasks that are entered, the first one first.</summary>
    public IEnumerable<string> Names => _entered.Select(run => run.Name).Reverse();

    /// <summary>Whether a job can name a task.</summary>
    /// <param name="job">The job.</param>
    /// <param name="name">The name.</param>
    public static bool Knows(JobContext job, string name)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Tasks.TryFind(name, out _);
    }

    /// <summary>Runs a task by its name in the job and keeps it entered, also when it fails.</summary>
    /// <param name="entry">The task.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="ConfigurationException">There is no such task.</exception>
    public Task EnterAsync(TaskEntry entry, CancellationToken cancellationToken)
    {
        if (!job.Tasks.TryFind(entry.Name, out var task))
            throw job.Failures.Add(entry.Name, unwinding: false, TaskErrors.Unknown(entry, job.Tasks));

        return EnterAsync(entry, task.Create(job.Services), cancellationToken);
    }

    /// <summary>Runs a task and keeps it entered, also when it fails.</summary>
    /// <param name="entry">How the job calls it.</param>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task EnterAsync(TaskEntry entry, IJobTask task, CancellationToken cancellationToken)
    {
        var step = job.Journal.Number(entry, job.Services.GetService<ITaskCatalog>() is null ? null : job.Tasks);
        TaskStep.Current = step;
        var run = new TaskRun
        {
            Step = step,
            Job = job,
            Name = entry.Name,
            Config = entry.Config,
            Mark = entry.Mark,
            Log = job.Loggers.CreateLogger(TaskLog.NameOf(entry.Name)),
        };

        JobLog.RunningTask(_log, entry.Name);
        job.Journal.TaskEntered(step);
        var start = job.Time.GetTimestamp();
        Exception? error = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _entered.Push(run);
            await Bounded.RunAsync(ct => task.RunAsync(run, ct), $"task {entry.Name}", job, cancellationToken);
        }
        catch (Exception e) when (IsSiblingsCancellation(e, cancellationToken))
        {
            error = e;
            throw;
        }
        catch (Exception e)
        {
            error = job.Failures.Add(entry.Name, unwinding: false, e);
            JobLog.TaskFailed(_log, entry.Name, error);
            if (ReferenceEquals(error, e))
                throw;
            throw error;
        }
        finally
        {
            job.Journal.TaskEnded(step, unwinding: false, job.Time.GetElapsedTime(start), error);
        }
    }

    /// <summary>
    /// Undoes what the tasks deferred, in reverse, each step once and under a deadline of its own. Every error is noted in
    /// <see cref="JobContext.Failures"/>; none stops the rest.
    /// </summary>
    /// <returns>The first error of the unwinding, or null.</returns>
    public async Task<Exception?> UnwindAsync()
    {
        Exception? first = null;
        while (_entered.TryPop(out var run))
        {
            JobLog.Unwinding(_log, run.Name);
            TaskStep.Current = run.Step;
            job.Journal.TaskUnwinding(run.Step);
            var start = job.Time.GetTimestamp();
            Exception? error = null;
            while (run.TryTakeUndo(out var step))
            {
                var begun = job.Time.GetTimestamp();
                var failed = await UndoAsync(run, step);
                job.Journal.Undone(run.Step, step.What, job.Time.GetElapsedTime(begun), failed);
                error ??= failed;
            }

            job.Journal.TaskEnded(run.Step, unwinding: true, job.Time.GetElapsedTime(start), error);
            first ??= error;
        }

        return first;
    }

    /// <summary>
    /// Enters tasks in order on a stack of their own and unwinds it, also when one fails: what <c>sequential</c> does with its group.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="entries">The tasks.</param>
    /// <param name="cancellationToken">Cancels them; what was entered is unwound all the same.</param>
    /// <exception cref="Exception">The first failure of a task, else the first of the unwinding.</exception>
    public static async Task RunToEndAsync(JobContext job, IEnumerable<TaskEntry> entries, CancellationToken cancellationToken)
    {
        var stack = new TaskStack(job);
        try
        {
            foreach (var entry in entries)
                await stack.EnterAsync(entry, cancellationToken);
        }
        catch
        {
            await stack.UnwindAsync(); // its errors are noted; the task's own is the one to tell
            throw;
        }

        if (await stack.UnwindAsync() is { } error)
            throw error;
    }

    private async Task<Exception?> UndoAsync(TaskRun run, UndoStep step)
    {
        using var deadline = new UndoDeadline(job, step.Limit);
        try
        {
            await Bounded.RunAsync(ct => step.Undo(job.Failures.First, ct), $"{run.Name}: {step.What}", job, deadline.Token);
            return null;
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException && deadline.Token.IsCancellationRequested)
                e = new TeuthologyException(FailureKind.Timeout, $"{run.Name}: {step.What}: not done within {deadline.Limit.TotalSeconds:0} s", e);

            var error = job.Failures.Add(run.Name, unwinding: true, e);
            JobLog.UnwindFailed(_log, run.Name, step.What, error);
            await job.Prompt.OpenForCleanupAsync(run.Name, error);
            return error;
        }
    }

    private bool IsSiblingsCancellation(Exception e, CancellationToken cancellationToken) =>
        e is OperationCanceledException && cancellationToken.IsCancellationRequested && job.Interruption.Reason is null;
}

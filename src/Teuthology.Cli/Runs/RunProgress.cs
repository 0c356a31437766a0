using Teuthology.Jobs;

namespace Teuthology.Cli;

/// <summary>Shows how jobs go, on standard error: a line when one waits, begins and ends; each task with -v.</summary>
internal sealed class RunProgress(Terminal terminal, bool verbose) : IJobObserver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _last = [];

    public void Waiting(JobSpec job, string what) => Tell(job, what);

    public void TaskChanged(JobSpec job, string task, bool unwinding)
    {
        if (verbose)
            Tell(job, unwinding ? $"unwinding {task}" : task);
        else if (!FrameworkTasks.Contains(task))
            Tell(job, unwinding ? "unwinding" : task);
    }

    public void Ended(JobSpec job, JobResult result)
    {
        lock (_gate)
        {
            JobLine.Write(
                terminal.Error,
                terminal.ErrorIsTerminal ? terminal.RenderedError : null,
                job.JobId,
                result.Status.ToString().ToLowerInvariant(),
                result.Duration.TotalSeconds,
                job.Description ?? job.RunName,
                result.FailureReason,
                result.ArchivePath);
        }
    }

    private void Tell(JobSpec job, string what)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(job.JobId, out var last) && last == what)
                return;
            _last[job.JobId] = what;
            terminal.Error.WriteLine($"        {job.JobId,3}            {what}");
        }
    }
}

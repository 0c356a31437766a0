using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>exec_on_cleanup</c>: what <see cref="ExecTask"/> does, when the job unwinds. Its configuration is checked on entering.</summary>
[Task("exec_on_cleanup")]
public sealed class ExecOnCleanupTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = ExecTask.Targets(run).Count();

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var targets = ExecTask.Targets(run).ToList();
        run.Defer("run the commands kept for the end", (_, ct) => ExecTask.RunAsync(run, targets, ct), Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

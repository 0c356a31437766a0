using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>proc_thrasher</c>: keeps <c>num_procs</c> processes of a command running on a machine and kills one of them, chosen at random, after each
/// <c>rest_period</c>, beside the tasks that follow; what runs after <c>run_time</c> is let end by itself. Unwinding ends all.
/// Tasks use <see cref="ProcessThrasher"/>, as upstream's use its class.
/// </summary>
[Task("proc_thrasher")]
public sealed class ProcessThrasherTask : JobTask<ProcessThrasherTaskOptions>, ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<ProcessThrasherTaskOptions>(out var options))
            RoleCommands.Machine(run, "role", options.Role);
    }

    /// <inheritdoc/>
    protected override Task RunAsync(TaskRun run, ProcessThrasherTaskOptions options, CancellationToken cancellationToken)
    {
        var remote = RoleCommands.Machine(run, "role", options.Role);
        run.Use(new ProcessThrasher(options, remote, RoleCommands.Bash(run, remote, options.Command), run.Log, run.Job.Time)).Start();
        return Task.CompletedTask;
    }
}

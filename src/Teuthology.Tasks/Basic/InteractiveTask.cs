using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>interactive</c>: stops at a prompt, to look at the job's machines; Ctrl-D goes on. Without a terminal it is skipped with a note.</summary>
/// <param name="prompt">Where the person sits.</param>
[Task("interactive")]
public sealed class InteractiveTask(IJobPrompt prompt) : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (prompt.IsAvailable)
            await prompt.ShowAsync(new JobPause(run.Job, run.Name, run.Config), cancellationToken);
        else
            TasksLog.Text(run.Log, "interactive: there is no terminal; going on");
    }
}

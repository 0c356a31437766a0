using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary><c>print</c>: writes its configuration into the log, as Python shows it.</summary>
[Task("print")]
public sealed class PrintTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, PythonText.Str(run.Config));
        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>print</c>: writes its configuration into the log.</summary>
[Task("print")]
public sealed class PrintTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, run.Config as string ?? YamlDumper.Dump(run.Config).TrimEnd());
        return Task.CompletedTask;
    }
}

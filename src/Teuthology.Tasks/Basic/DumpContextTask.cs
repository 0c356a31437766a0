using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>dump_ctx</c>: writes what tasks are given into the log: the job's context and the task's configuration, whatever it is.</summary>
[Task("dump_ctx")]
public sealed class DumpContextTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var context = new YamlMap
        {
            ["name"] = job.Spec.RunName,
            ["job_id"] = job.Spec.JobId,
            ["owner"] = job.Owner,
            ["archive"] = job.ArchivePath,
            ["test_directory"] = job.TestDirectory,
            ["cluster"] = job.Cluster.ToString(),
            ["summary"] = job.Summary,
            ["config"] = job.Config,
        };
        TasksLog.Text(run.Log, "Task context:\n" + YamlDumper.Dump(context).TrimEnd());
        TasksLog.Text(run.Log, "Task config:\n" + YamlDumper.Dump(run.Config).TrimEnd());
        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary><c>internal.buildpackages_prep</c>: a job's task <c>buildpackages</c> comes next, before machines are locked; without a task <c>install</c> it is dropped.</summary>
internal sealed class BuildPackagesPrepTask(JobPlan plan) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        JobLog.Note(run.Log, plan.Packages.Note);
        if (run.Job.Config.Get("tasks") is YamlList tasks && tasks.FirstOrDefault(task => task is YamlMap map && map.ContainsKey("buildpackages")) is { } build)
            run.Job.Config["tasks"] = new YamlList([.. plan.Packages.First is null ? Array.Empty<object?>() : [build], .. tasks.Where(task => task != build)]);

        return Task.CompletedTask;
    }
}

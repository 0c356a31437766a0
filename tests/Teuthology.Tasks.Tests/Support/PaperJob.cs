using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>A job on machines that nobody connects to: what tasks say about their configuration before they do anything.</summary>
internal static class PaperJob
{
    /// <summary>A job whose YAML has one task.</summary>
    public static TaskRun Run(string yaml, params string[][] roles)
    {
        var config = (YamlMap)YamlLoader.Load(yaml, "job.yaml")!;
        var job = new JobContext
        {
            Spec = new JobSpec { Config = config, RunName = "run", JobId = "1" },
            Config = config,
            Services = new ServiceCollection().BuildServiceProvider(),
            Loggers = NullLoggerFactory.Instance,
        };
        foreach (var (remote, own) in TestMachines.With(roles).Hosts)
            job.Cluster.Add(remote, own);
        var entry = TaskList.OfJob(config).Single();
        return new TaskRun { Job = job, Name = entry.Name, Config = entry.Config, Mark = entry.Mark, Log = NullLogger.Instance };
    }

    /// <summary>The error that a task's configuration gives.</summary>
    public static async Task<ConfigurationException> RefusalAsync(string task, params string[][] roles)
    {
        var run = Run($"roles: …\ntasks:\n- {task}\n", roles);
        var type = typeof(NopTask).Assembly.GetTypes().Single(t => t.GetCustomAttributes<TaskAttribute>().Any(a => a.Name == run.Name));
        var made = (IJobTask)Activator.CreateInstance(type)!;
        return await Assert.ThrowsAsync<ConfigurationException>(() => made.RunAsync(run, CancellationToken.None));
    }
}

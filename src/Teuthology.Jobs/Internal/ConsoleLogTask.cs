using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// <c>console_log</c>: what the machines' consoles showed while the job had them becomes <c>console_logs/</c> of its archive. Configured by
/// its own keys and <c>overrides.console_log</c>: <c>enabled</c>, <c>logfile_name</c> (<c>{shortname}.log</c> unless told).
/// </summary>
[Task("console_log")]
internal sealed class ConsoleLogTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var settings = (YamlMap?)DeepMerge.Merge(run.Map(), job.Overrides("console_log"));
        if (settings?.Get("enabled") is false || job.Shared<LockedMachines>().Lease is not { LogDirectory: { } source } lease)
            return Task.CompletedTask;

        var name = settings?.Get("logfile_name") as string ?? "{shortname}.log";
        run.Defer("keep the console logs", (_, _) =>
        {
            Copy(lease, source, Path.Combine(job.ArchivePath!, "console_logs"), name);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private static void Copy(IMachineLease lease, string source, string target, string name)
    {
        Directory.CreateDirectory(target);
        foreach (var machine in lease.Machines)
        {
            var log = Path.Combine(source, machine.Name + ".log");
            if (File.Exists(log))
                File.Copy(log, Path.Combine(target, Path.GetFileName(name.Replace("{shortname}", machine.Name, StringComparison.Ordinal))), overwrite: true);
        }
    }
}

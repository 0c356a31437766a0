using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// <c>console_log</c>: what the machines' consoles showed while the job had them becomes <c>console_logs/</c> of its archive: copied from the lab, or
/// read by ipmitool or conserver while the job runs. Configured by
/// its own keys and <c>overrides.console_log</c>: <c>enabled</c>, <c>logfile_name</c> (<c>{shortname}.log</c> unless told).
/// </summary>
[Task("console_log")]
internal sealed class ConsoleLogTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var settings = (YamlMap?)DeepMerge.Merge(run.Map(), job.Overrides("console_log"));
        if (settings?.Get("enabled") is false || job.ArchivePath is null)
            return;

        var name = settings?.Get("logfile_name") as string ?? "{shortname}.log";
        var target = Path.Combine(job.ArchivePath, "console_logs");
        if (job.Shared<LockedMachines>().Lease is { LogDirectory: { } source } lease)
        {
            run.Defer("keep the console logs", (_, _) =>
            {
                Copy(lease, source, target, name);
                return Task.CompletedTask;
            });
        }

        await InParallel.ForEachAsync([.. job.Cluster.Remotes.Where(r => r.Console is not NoConsole)], (remote, _) => FollowAsync(run, remote, target, name), cancellationToken);
    }

    private static async Task FollowAsync(TaskRun run, Remote remote, string target, string name)
    {
        Directory.CreateDirectory(target);
        try
        {
            // It may look for a second whether conserver's client stays.
            var log = await Task.Run(() => remote.Console.LogTo(PathOf(target, name, remote.ShortName)));
            run.Defer($"end the console log of {remote.ShortName}", async (_, _) => await log.DisposeAsync());
        }
        catch (TeuthologyException error)
        {
            // The job can do without.
            JobLog.NoConsoleLog(run.Log, remote.ShortName, error.Message);
        }
    }

    private static string PathOf(string target, string name, string machine) => Path.Combine(target, Path.GetFileName(name.Replace("{shortname}", machine, StringComparison.Ordinal)));

    private static void Copy(IMachineLease lease, string source, string target, string name)
    {
        Directory.CreateDirectory(target);
        foreach (var machine in lease.Machines)
        {
            var log = Path.Combine(source, machine.Name + ".log");
            if (File.Exists(log))
                File.Copy(log, PathOf(target, name, machine.Name), overwrite: true);
        }
    }
}

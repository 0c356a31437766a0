using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.coredump</c>: core dumps go to <c>archive/coredump/</c>; one that is there at the end fails the job. The pattern is a
/// setting of the kernel, so machines that share the controller's kernel are passed over.
/// </summary>
internal sealed class CoredumpTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var able = job.Shared<HostFacts>().Where(job.Cluster, f => f.OwnKernel && f.Sudo);
        if (able.Count < job.Cluster.Remotes.Count)
            JobLog.Note(run.Log, "core dumps are not collected on machines that share the controller's kernel: core_pattern belongs to the kernel");

        var directory = job.RemoteArchive + "/coredump";
        await InParallel.ForEachAsync(
            able,
            async (remote, ct) =>
            {
                run.Defer($"look for core dumps on {remote.ShortName}", (_, end) => LookAsync(run, remote, directory, end));
                await remote.RunAsync(
                    RemoteCommand.Script($"install -d -m0777 -- {directory} && sysctl -w kernel.core_pattern={directory}/%t.%p.core") with { Sudo = true, Label = "set core_pattern" },
                    ct);
            },
            cancellationToken);
    }

    private static async Task LookAsync(TaskRun run, Remote remote, string directory, CancellationToken cancellationToken)
    {
        var result = await remote.RunAsync(
            RemoteCommand.Script($"sysctl -w kernel.core_pattern=core >/dev/null; rmdir --ignore-fail-on-non-empty -- {directory}; ls -- {directory} 2>/dev/null || true")
                with { Sudo = true, Label = "look for core dumps" },
            cancellationToken);
        if (result.Stdout.Trim() is { Length: > 0 } cores)
            run.Job.Failures.Add(run.Name, $"Found coredumps on {remote.Name}: {cores.ReplaceLineEndings(", ")}");
    }
}

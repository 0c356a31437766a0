using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.archive</c>: makes <c>testdir/archive</c> on the machines; its content, and the remote logs that tasks asked for,
/// become <c>remote/&lt;host&gt;/</c> of the job's archive at the end.
/// </summary>
internal sealed class ArchiveTask(JobArchive archive) : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var makers = job.Shared<HostFacts>().OnePerFileSystem(job.Cluster);
        run.Defer("remove the archive directory", (_, ct) => InParallel.ForEachAsync(makers, (remote, end) => RemoveAsync(run, remote, end), ct));
        await InParallel.ForEachAsync(
            makers,
            (remote, ct) => remote.RunAsync(RemoteCommand.Args("install", "-d", "-m0755", "--", job.RemoteArchive) with { Label = "make the archive directory" }, ct),
            cancellationToken);
        archive.ChangeInfo(info => info["archive"] = new YamlMap { ["init"] = job.RemoteArchive });

        // Whoever ends a job that hangs fetches by what is noted.
        job.RemoteLogAdded = log => archive.ChangeInfo(info => ((YamlMap)info["archive"]!)[log.Name] = log.RemotePath);
        run.Defer("pull the archive", (failure, ct) => PullAsync(run, failure, ct));
    }

    private async Task PullAsync(TaskRun run, Exception? failure, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (failure is null && job.Config.Get("archive-on-error") is true)
            return;

        JobLog.Note(run.Log, "Transferring archived files...");
        await InParallel.ForEachAsync(
            job.Cluster.Remotes,
            async (remote, ct) =>
            {
                var (target, sudo) = (Path.Combine(archive.Directory, "remote", remote.ShortName), job.Shared<HostFacts>()[remote].Sudo);
                await RemoteArchive.PullAsync(remote, [new RemoteLog("", job.RemoteArchive), .. job.RemoteLogs], target, sudo, ct);
                await CoreBinaries.FetchAsync(remote, Path.Combine(target, "coredump"), sudo, run.Log, ct);
            },
            cancellationToken);
        LogCompression.Compress(Path.Combine(archive.Directory, "remote"), job.Config);
    }

    // As root only where there is something of root's: sudo takes longer than all the rest.
    private static Task RemoveAsync(TaskRun run, Remote remote, CancellationToken cancellationToken)
    {
        var remove = $"rm -rf -- {ShellQuote.Quote(run.Job.RemoteArchive)}";
        var command = run.Job.Shared<HostFacts>()[remote].Sudo ? $"{remove} 2>/dev/null || sudo -n {remove}" : remove;
        return remote.RunAsync(RemoteCommand.Script(command) with { Label = "remove the archive directory" }, cancellationToken);
    }
}

using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.archive_upload</c>: copies the job's archive, below the names of run and job, by rsync to <c>archive_upload</c> when the job
/// unwinds; <c>archive_upload_key</c> is the private key for it. The summary is written later and stays behind, as upstream.
/// </summary>
internal sealed class ArchiveUploadTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Defer("upload the archive", (_, ct) => UploadAsync(run, ct));
        return Task.CompletedTask;
    }

    private static async Task UploadAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (config, site) = (run.Job.Config, run.Job.Options.Site);
        if ((config.Get("archive_upload") as string ?? site.ArchiveUpload) is not { } target)
        {
            JobLog.Note(run.Log, "Not uploading archives.");
            return;
        }

        var rsync = ToolRun.Find("rsync") ?? throw new TeuthologyException(FailureKind.Infrastructure, "archive_upload needs rsync on the controller: apt-get install rsync");
        JobLog.Note(run.Log, "Uploading archives ...");
        run.Job.FlushLog();
        // There is nobody to answer what ssh may ask.
        var shell = "ssh -o BatchMode=yes";
        if (site.SshConfigPath is { } file)
            shell += $" -F '{file}'";
        if ((config.Get("archive_upload_key") as string ?? site.ArchiveUploadKey) is { } key)
            shell += $" -i '{key}'";
        await ToolRun.RunAsync(rsync, ["-az", "--relative", $"--exclude={AbandonedArchive.Reserve}", "-e", shell, "--", Relative(run.Job.ArchivePath!), target], cancellationToken);
    }

    // rsync(1): what stands after /./ is made below the target.
    private static string Relative(string archive)
    {
        var parts = archive.TrimEnd('/').Split('/').ToList();
        parts.Insert(Math.Max(1, parts.Count - 2), ".");
        return string.Join('/', parts);
    }
}

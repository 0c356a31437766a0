using System.IO.Compression;

namespace Teuthology.Results;

/// <summary>Removes what is old from the archives of runs, as upstream's <c>teuthology-prune-logs</c> does. A file <c>.preserve</c> protects the run or the job that it lies in.</summary>
/// <param name="time">Clock.</param>
/// <param name="say">Is told of each step, in upstream's words.</param>
public sealed class ArchivePruner(TimeProvider time, Action<string> say)
{
    private const string Preserve = ".preserve";
    private const string Log = "teuthology.log";

    /// <summary>After how many days a passed job's directory goes; negative for never.</summary>
    public int PassDays { get; init; } = 14;

    /// <summary>After how many days a failed job's directory goes; negative for never.</summary>
    public int FailDays { get; init; } = -1;

    /// <summary>After how many days the files of machines, <c>remote</c> and <c>data</c>, go; negative for never.</summary>
    public int RemoteDays { get; init; } = 60;

    /// <summary>After how many days <c>teuthology.log</c> is compressed; negative for never.</summary>
    public int CompressDays { get; init; } = 30;

    /// <summary>Nothing is changed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Goes through all runs, the newest first. What cannot be removed is told, and the rest is done.</summary>
    /// <param name="archiveBase">Directory above all runs' archives.</param>
    /// <param name="cancellationToken">Stops between two jobs.</param>
    /// <returns>How many things could not be done.</returns>
    public int Prune(string archiveBase, CancellationToken cancellationToken)
    {
        var limits = new[] { PassDays, FailDays, RemoteDays, CompressDays }.Where(days => days >= 0).ToList();
        if (limits.Count == 0)
            return 0;
        var failures = 0;
        foreach (var run in new DirectoryInfo(archiveBase).EnumerateDirectories().Where(run => run.LinkTarget is null && IsOlder(run, limits.Min())).OrderByDescending(run => run.LastWriteTimeUtc).ToList())
        {
            if (File.Exists(Path.Combine(run.FullName, Preserve)))
                continue;
            foreach (var job in run.EnumerateDirectories().Where(job => job.LinkTarget is null && !File.Exists(Path.Combine(job.FullName, Preserve))).ToList())
            {
                cancellationToken.ThrowIfCancellationRequested();
                failures += Prune(job);
            }
        }

        return failures;
    }

    private int Prune(DirectoryInfo job)
    {
        // Looked at before anything of it changes: removing makes a directory young.
        var (isOldRemote, isOldLog) = (IsOlder(job, RemoteDays), IsOlder(job, CompressDays));
        if (Verdict(job) is var (passed, summary) && (passed ? PassDays : FailDays) is var days && IsOlder(summary, days))
        {
            say($"{job.FullName} is a {days}-day old {(passed ? "passed" : "failed")} job; removing");
            return Do(job.FullName, () => job.Delete(recursive: true));
        }

        var failures = 0;
        foreach (var (name, what) in new[] { ("remote", "remote logs"), ("data", "mon data") })
        {
            var below = new DirectoryInfo(Path.Combine(job.FullName, name));
            if (!isOldRemote || !below.Exists || below.LinkTarget is not null)
                continue;
            say($"{job.FullName} is {RemoteDays} days old; removing {what}");
            failures += Do(below.FullName, () => below.Delete(recursive: true));
        }

        var log = new FileInfo(Path.Combine(job.FullName, Log));
        if (!isOldLog || !log.Exists || log.LinkTarget is not null)
            return failures;
        say($"{job.FullName} is {CompressDays} days old; compressing {Log}");
        return failures + Do(log.FullName, () => Compress(log));
    }

    private static (bool Passed, FileInfo Summary)? Verdict(DirectoryInfo job)
    {
        var summary = new FileInfo(Path.Combine(job.FullName, "summary.yaml"));
        if (!summary.Exists)
            return null;
        var lines = File.ReadLines(summary.FullName).Select(line => line.Trim()).Where(line => line is "success: true" or "success: false").ToList();
        return lines.Count == 0 ? null : (lines.Contains("success: true"), summary);
    }

    private static void Compress(FileInfo log)
    {
        var packed = log.FullName + ".gz";
        var making = packed + ".new";
        try
        {
            using (var from = log.OpenRead())
            using (var to = new GZipStream(File.Create(making), CompressionLevel.Optimal))
                from.CopyTo(to);
            File.SetUnixFileMode(making, log.UnixFileMode);
            File.SetLastAccessTimeUtc(making, log.LastAccessTimeUtc);
            File.SetLastWriteTimeUtc(making, log.LastWriteTimeUtc);
            File.Move(making, packed, overwrite: true);
            log.Delete();
        }
        finally
        {
            File.Delete(making);
        }
    }

    private bool IsOlder(FileSystemInfo file, int days) => days >= 0 && time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > TimeSpan.FromDays(days);

    private int Do(string path, Action work)
    {
        if (DryRun)
            return 0;
        try
        {
            work();
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say($"{path}: {e.Message}");
            return 1;
        }
    }
}

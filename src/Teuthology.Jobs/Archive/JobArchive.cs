using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>A job's directory in the archive, with upstream's file names.</summary>
internal sealed class JobArchive : IDisposable
{
    // What the summary of a job may take of a disk that is full.
    private const int ReserveBytes = 64 * 1024;
    private readonly Lock _gate = new();
    private readonly YamlMap _info;

    private JobArchive(string path, YamlMap info, LogLevel level, TimeProvider time)
    {
        Directory = path;
        _info = info;
        Log = new JobLogFile(In("teuthology.log"), level, Trouble, time);
        Events = new EventFile(In("events.jsonl"), Trouble, time);
        Timing = new TimingFile(In("timing.yaml"), Trouble, time);
    }

    public string Directory { get; }

    /// <summary>What could not be written so far.</summary>
    public ArchiveTrouble Trouble { get; } = new();

    public JobLogFile Log { get; }

    public EventFile Events { get; }

    public TimingFile Timing { get; }

    /// <summary>Where a job's archive is.</summary>
    public static string PathOf(string archive, JobSpec job) =>
        job.ArchivePath ?? Path.Combine(archive, SafePath.Munge(job.RunName), SafePath.Munge(job.JobId));

    /// <exception cref="ConfigurationException">There is a job's archive already, or the directory cannot be made.</exception>
    public static JobArchive Open(string archive, JobSpec job, string owner, LogLevel level, TimeProvider time)
    {
        var path = PathOf(archive, job);
        try
        {
            System.IO.Directory.CreateDirectory(path);
            using (var pid = new StreamWriter(new FileStream(Path.Combine(path, "pid"), FileMode.CreateNew)))
                pid.Write(Environment.ProcessId);
        }
        catch (IOException) when (File.Exists(Path.Combine(path, "pid")))
        {
            throw Taken(path, job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoPlace(path, job, e);
        }

        File.WriteAllBytes(Path.Combine(path, AbandonedArchive.Reserve), new byte[ReserveBytes]);
        AtomicFile.Write(Path.Combine(path, "owner"), owner + "\n", durable: false);
        AtomicFile.Write(Path.Combine(path, "orig.config.yaml"), YamlDumper.Dump(job.Config), durable: false);
        var info = new YamlMap
        {
            ["name"] = job.RunName,
            ["description"] = job.Description,
            ["owner"] = owner,
            ["pid"] = (long)Environment.ProcessId,
            ["job_id"] = job.JobId,
            ["archive"] = new YamlMap(),
            ["cluster"] = new YamlMap(),
        };
        var opened = new JobArchive(path, info, level, time);
        opened.ChangeInfo(_ => { });
        return opened;
    }

    /// <summary>Checks that a job's archive can be made; leaves an empty directory.</summary>
    /// <exception cref="ConfigurationException">There is a job's archive already, or the directory cannot be made.</exception>
    public static void RequirePlace(string archive, JobSpec job)
    {
        var path = job.ArchivePath ?? archive;
        if (job.ArchivePath is not null && File.Exists(Path.Combine(path, "pid")))
            throw Taken(path, job);
        try
        {
            System.IO.Directory.CreateDirectory(path);
            using var probe = new FileStream(Path.Combine(path, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoPlace(path, job, e);
        }
    }

    /// <summary>Changes info.yaml.</summary>
    public void ChangeInfo(Action<YamlMap> change)
    {
        lock (_gate)
        {
            change(_info);
            AtomicFile.Write(In("info.yaml"), YamlDumper.Dump(_info), durable: false);
        }
    }

    public void WriteConfig(YamlMap config) => AtomicFile.Write(In("config.yaml"), YamlDumper.Dump(config), durable: false);

    public void WriteSummary(YamlMap summary)
    {
        File.Delete(In(AbandonedArchive.Reserve));
        AtomicFile.Write(In(AbandonedArchive.Summary), YamlDumper.Dump(summary));
    }

    public void Dispose()
    {
        Log.Dispose();
        Events.Dispose();
    }

    private static ConfigurationException Taken(string path, JobSpec job) => new(job.ArchivePath is null
        ? $"the archive of job {job.JobId} of run {job.RunName} is there already ({path}); choose another run name"
        : $"{path} is the archive of a job already; name another directory, or remove it");

    private static ConfigurationException NoPlace(string path, JobSpec job, Exception e) => new(
        $"the archive directory {path} cannot be made or written to: {e.Message} {(job.ArchivePath is null ? "Set TEUTHOLOGY_ARCHIVE to" : "Name")} a directory that you may write to",
        inner: e);

    private string In(string name) => Path.Combine(Directory, name);
}

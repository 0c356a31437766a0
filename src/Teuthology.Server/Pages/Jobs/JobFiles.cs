using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Where pages find a job's files: within what the server may show, whatever path somebody told of the job.</summary>
/// <param name="Directory">The archive's directory.</param>
/// <param name="Log">Path of teuthology.log, which may not be there yet.</param>
internal sealed record JobFiles(string Directory, string Log)
{
    /// <summary>Looks for them; null when the job has no archive here, or what is in it leads out of it.</summary>
    public static JobFiles? Of(JobRecord job, ArchiveFiles archives)
    {
        if (archives.Find(job, "") is not DirectoryInfo directory)
            return null;
        var files = new JobFiles(directory.FullName, Path.Combine(directory.FullName, "teuthology.log"));
        return files.Holds(job, archives, "teuthology.log") && files.Holds(job, archives, "events.jsonl") && files.Holds(job, archives, "remote") ? files : null;
    }

    private bool Holds(JobRecord job, ArchiveFiles archives, string name)
    {
        var path = Path.Combine(Directory, name);
        return archives.Find(job, name) is { } found ? found.FullName == path : new FileInfo(path).LinkTarget is null && !File.Exists(path);
    }
}

using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>The archive directory of a job that a worker prepares: <c>ARCHIVE/RUN/ID</c>.</summary>
/// <param name="Path">Its path.</param>
public sealed record JobFolder(string Path)
{
    /// <summary>Directory below it with what earlier attempts left, by their number.</summary>
    internal const string Earlier = "attempts";

    /// <summary>The job as its process reads it: what the queue held, with its id and its places.</summary>
    public string Config => System.IO.Path.Combine(Path, "orig.config.yaml");

    /// <summary>Where a run's jobs are.</summary>
    /// <param name="archive">Directory above all runs.</param>
    /// <param name="runName">The run.</param>
    public static string OfRun(string archive, string runName) => System.IO.Path.Combine(archive, SafePath.Munge(runName));

    /// <summary>Makes the directory; what an earlier attempt left is kept in <c>attempts/N</c> below it.</summary>
    /// <param name="archive">Directory above all runs.</param>
    /// <param name="runName">The run.</param>
    /// <param name="claim">The job.</param>
    /// <param name="log">The worker's log.</param>
    /// <exception cref="ConfigurationException">It cannot be made.</exception>
    public static JobFolder Prepare(string archive, string runName, QueueClaim claim, string log)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var folder = new JobFolder(System.IO.Path.Combine(OfRun(archive, runName), SafePath.Munge(claim.Id)));
        try
        {
            folder.SetAside();
            Directory.CreateDirectory(folder.Path);
            File.WriteAllText(folder.In("default.config.yaml"), YamlDumper.Dump(claim.Document));
            var config = (YamlMap)YamlCopy.DeepCopy(claim.Document)!;

            // Schedulers of old put the job into a mapping of its own.
            if (config.Get("config") is YamlMap inner)
            {
                config.Remove("config");
                foreach (var (key, value) in inner)
                    config[key] = value;
            }

            config.Remove("targets");
            config["archive_path"] = folder.Path;
            config["job_id"] = claim.Id;
            config["worker_log"] = log;
            File.WriteAllText(folder.Config, YamlDumper.Dump(config));
            File.CreateSymbolicLink(folder.In("worker.log"), log);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"the archive directory {folder.Path} cannot be made: {e.Message}", inner: e);
        }
    }

    /// <summary>Path of a file in it.</summary>
    /// <param name="name">The file's name.</param>
    public string In(string name) => System.IO.Path.Combine(Path, name);

    private void SetAside()
    {
        if (!Directory.Exists(Path))
            return;
        var attempts = In(Earlier);
        var before = Directory.Exists(attempts) ? Directory.GetDirectories(attempts).Length : 0;
        var aside = System.IO.Path.Combine(attempts, (before + 1).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(aside);
        foreach (var entry in new DirectoryInfo(Path).EnumerateFileSystemInfos().Where(entry => entry.Name != Earlier).ToList())
        {
            var target = System.IO.Path.Combine(aside, entry.Name);
            if (entry is DirectoryInfo directory)
                directory.MoveTo(target);
            else
                File.Move(entry.FullName, target);
        }
    }
}

using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>The archive of a job whose process was killed: it has all but a summary.</summary>
public static class AbandonedArchive
{
    internal const string Summary = "summary.yaml";

    /// <summary>Disk space that is kept for the summary.</summary>
    internal const string Reserve = ".reserve";

    /// <summary>Writes the summary that the job could not write: dead, and why. An archive that has one is left alone.</summary>
    /// <param name="directory">The job's archive directory.</param>
    /// <param name="reason">Why the job is dead.</param>
    /// <returns>True when it was written.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool End(string directory, string reason)
    {
        var path = Path.Combine(directory, Summary);
        if (!Directory.Exists(directory) || File.Exists(path))
            return false;
        File.Delete(Path.Combine(directory, Reserve));
        var info = Read(Path.Combine(directory, "info.yaml"));
        var summary = new YamlMap
        {
            ["success"] = false,
            ["status"] = "dead",
            ["owner"] = info.Get("owner"),
            ["duration"] = Read(Path.Combine(directory, "timing.yaml")).Get("elapsed") ?? 0.0,
            ["failure_reason"] = reason,
        };
        if (info.Get("description") is { } description)
            summary["description"] = description;
        AtomicFile.Write(path, YamlDumper.Dump(summary));
        return true;
    }

    // Written whole or not at all, so it is the job's own when it is there.
    private static YamlMap Read(string path) => File.Exists(path) ? YamlLoader.LoadFile(path) as YamlMap ?? [] : [];
}

using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>What a job's archive directory tells of it, as upstream reports it to the results server.</summary>
public static class ArchiveReport
{
    private static readonly string[] Files = ["orig.config.yaml", "config.yaml", "info.yaml", "summary.yaml"];

    /// <summary>Merges the files of the archive, later ones over earlier ones; what is missing or unreadable tells nothing.</summary>
    /// <param name="archivePath">The job's archive directory.</param>
    public static JsonObject Read(string archivePath)
    {
        var report = new JsonObject();
        foreach (var file in Files)
        {
            foreach (var (key, value) in Load(Path.Combine(archivePath, file)))
                report[key] = value?.DeepClone();
        }

        return report;
    }

    private static JsonObject Load(string file)
    {
        try
        {
            return File.Exists(file) && YamlLoader.LoadFile(file) is YamlMap map ? YamlJson.Convert(map) : [];
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }
}

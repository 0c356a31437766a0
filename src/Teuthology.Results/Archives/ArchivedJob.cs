using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>A job as its directory in a run's archive shows it.</summary>
public sealed record ArchivedJob
{
    private const int TailBytes = 8 * 1024;

    /// <summary>Job id: the directory's name.</summary>
    public required string JobId { get; init; }

    /// <summary>What summary.yaml says; null while there is none.</summary>
    public YamlMap? Summary { get; init; }

    /// <summary>Last line of teuthology.log; null when there is no log or nothing in it.</summary>
    public string? LastLogLine { get; init; }

    /// <summary>pass, fail or dead; null when the summary does not tell.</summary>
    public string? Status => Text("status") ?? (Summary?.Get("success") switch
    {
        true => JobState.Pass,
        false => JobState.Fail,
        _ => null,
    });

    /// <summary>Seconds, 0 when unknown.</summary>
    public double Duration => Summary?.Get("duration") switch
    {
        double seconds => seconds,
        long seconds => seconds,
        _ => 0,
    };

    /// <summary>The jobs of a run's archive: its sub-directories with all-digit names, in the order of their texts.</summary>
    /// <param name="archive">The run's archive directory.</param>
    /// <exception cref="ConfigurationException">There is no such directory, or it cannot be read.</exception>
    public static IReadOnlyList<ArchivedJob> List(string archive)
    {
        if (!Directory.Exists(archive))
            throw new ConfigurationException($"{archive}: there is no such directory");
        return [.. Directory.EnumerateDirectories(archive)
            .Where(path => Path.GetFileName(path).All(char.IsAsciiDigit))
            .OrderBy(path => path, StringComparer.Ordinal)
            .Select(Read)];
    }

    /// <summary>A text of the summary; null when it is absent.</summary>
    /// <param name="key">Key in summary.yaml.</param>
    public string? Text(string key) => Summary?.Get(key) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static ArchivedJob Read(string directory) => new()
    {
        JobId = Path.GetFileName(directory),
        Summary = LoadSummary(Path.Combine(directory, "summary.yaml")),
        LastLogLine = ReadLastLine(Path.Combine(directory, "teuthology.log")),
    };

    private static YamlMap? LoadSummary(string file) =>
        File.Exists(file) ? YamlLoader.LoadFile(file) as YamlMap ?? [] : null;

    private static string? ReadLastLine(string file)
    {
        if (!File.Exists(file))
            return null;
        using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Seek(Math.Max(0, log.Length - TailBytes), SeekOrigin.Begin);
        var tail = new byte[TailBytes];
        var length = log.ReadAtLeast(tail, TailBytes, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(tail, 0, length).TrimEnd('\n').Split('\n')[^1] is { Length: > 0 } line ? line : null;
    }
}

using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>A job of a run's archive as upstream's scraper looks at it: its logs are read when something of them is asked for.</summary>
public sealed partial class ScrapedJob
{
    private const long LongestLog = 100 * 1024 * 1024;
    private readonly string _directory;
    private readonly Lazy<Crash> _crash;
    private readonly Lazy<string?> _lastLine;
    private readonly Lazy<IReadOnlyList<(string Service, IReadOnlyList<string> Kinds)>> _valgrind;

    private ScrapedJob(string directory, string? description, YamlMap? summary)
    {
        _directory = directory;
        JobId = Path.GetFileName(directory);
        Description = description;
        Summary = summary;
        _crash = new(FindCrash);
        _lastLine = new(() => File.Exists(Log) ? CrashText.Lines(Log).LastOrDefault()?.Trim() : null);
        _valgrind = new(FindValgrind);
    }

    /// <summary>The directory's name.</summary>
    public string JobId { get; }

    /// <summary>Description; null without a configuration.</summary>
    public string? Description { get; }

    /// <summary>What summary.yaml says; null without one.</summary>
    public YamlMap? Summary { get; }

    /// <summary>Whether it passed.</summary>
    public bool Passed => Summary?.Get("success") is true;

    /// <summary>Why it failed; null when nobody said, an empty text when its summary does not.</summary>
    public string? FailureReason => Summary is null ? null : Summary.Get("failure_reason")?.ToString() ?? "";

    /// <summary>The last backtrace of a crashed daemon; null for none.</summary>
    public string? Backtrace => _crash.Value.Backtrace;

    /// <summary>The last assertion that failed; null for none.</summary>
    public string? Assertion => _crash.Value.Assertion;

    /// <summary>Last line of its log; null for none.</summary>
    public string? LastLogLine => _lastLine.Value;

    /// <summary>What valgrind found, by service in the order of the log, the kinds sorted.</summary>
    public IReadOnlyList<(string Service, IReadOnlyList<string> Kinds)> ValgrindIssues => _valgrind.Value;

    private string Log => Path.Combine(_directory, "teuthology.log");

    /// <summary>The jobs of a run's archive: each sub-directory is one, in the order of their ids.</summary>
    /// <param name="archive">The run's archive directory.</param>
    /// <exception cref="ConfigurationException">There is no such directory.</exception>
    public static IReadOnlyList<ScrapedJob> List(string archive)
    {
        if (!Directory.Exists(archive))
            throw new ConfigurationException($"{archive}: there is no such directory");
        return [.. Directory.EnumerateDirectories(archive).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal).Where(IsJob).Select(Read)];
    }

    // The directory of a run's first or last job, which is no job, is there while that looks through the others.
    private static bool IsJob(string directory) => File.Exists(Path.Combine(directory, "config.yaml"))
        || Load(Path.Combine(directory, "orig.config.yaml")) is not { } config || (config.Get("first_in_suite") is not true && config.Get("last_in_suite") is not true);

    private static ScrapedJob Read(string directory) =>
        new(directory, Load(Path.Combine(directory, "config.yaml"))?.Get("description") as string, Load(Path.Combine(directory, "summary.yaml")));

    // A half-written file of a job that died tells as little as none.
    private static YamlMap? Load(string file)
    {
        try
        {
            return File.Exists(file) ? YamlLoader.LoadFile(file) as YamlMap : null;
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }

    private Crash FindCrash()
    {
        if (!File.Exists(Log) || new FileInfo(Log).Length > LongestLog)
            return new Crash(null, null);
        var crash = CrashText.Find(CrashText.Lines(Log));
        if (crash.Backtrace is not null)
            return crash;
        foreach (var line in CrashText.Lines(Log).Where(line => line.Contains("command crashed with signal", StringComparison.Ordinal)))
        {
            var daemon = DaemonLog().Match(line);
            var file = Path.Combine(_directory, "remote", daemon.Groups["host"].Value, "log", $"ceph-{daemon.Groups["service"].Value}.{daemon.Groups["id"].Value}.log.gz");
            if (!daemon.Success || !File.Exists(file) || new FileInfo(file).Length > LongestLog)
                continue;
            var found = CrashText.Find(CrashText.Lines(file));
            crash = crash with { Assertion = crash.Assertion ?? found.Assertion };
            if (found.Backtrace is not null)
                return crash with { Backtrace = found.Backtrace };
        }

        return crash;
    }

    private List<(string Service, IReadOnlyList<string> Kinds)> FindValgrind()
    {
        var services = new List<(string Service, SortedSet<string> Kinds)>();
        if (File.Exists(Log))
        {
            foreach (var match in CrashText.Lines(Log).Where(line => line.Contains("</kind> in ", StringComparison.Ordinal)).Select(line => ValgrindIssue().Match(line)).Where(match => match.Success))
            {
                var service = match.Groups["file"].Value.Split('.')[0];
                if (!services.Exists(known => known.Service == service))
                    services.Add((service, new SortedSet<string>(StringComparer.Ordinal)));
                services.Find(known => known.Service == service).Kinds.Add(match.Groups["kind"].Value);
            }
        }

        return [.. services.Select(service => (service.Service, (IReadOnlyList<string>)[.. service.Kinds]))];
    }

    [GeneratedRegex(@"tasks.ceph.(?<service>[^.]+).(?<id>[^.]+).(?<host>[^.]+).stderr", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex DaemonLog();

    [GeneratedRegex("<kind>(?<kind>.+)</kind> in .+/(?<file>.+)", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex ValgrindIssue();
}

namespace Teuthology.Results;

/// <summary>The logs of one job: teuthology.log and what was pulled from its machines, merged by time.</summary>
public sealed class JobLogs : IDisposable
{
    private const string JobLog = "teuthology.log";

    // What came from the machines may hold links to anywhere.
    private static readonly EnumerationOptions Inside = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 32 };
    private readonly List<LogSource> _sources = [];
    private readonly PriorityQueue<LogSource, (DateTime Time, int Rank)> _next = new();
    private readonly Dictionary<LogSource, int> _ranks = [];
    private readonly List<LogFile> _untimed = [];
    private LogSource? _current;
    private LogSource? _growing;

    private JobLogs(string archive, JobTimeline timeline)
    {
        Archive = archive;
        Timeline = timeline;
    }

    /// <summary>The job's archive directory.</summary>
    public string Archive { get; }

    /// <summary>Its tasks.</summary>
    public JobTimeline Timeline { get; }

    /// <summary>Files whose lines have no times: command outputs, crash dumps' texts and such.</summary>
    public IReadOnlyList<LogFile> Untimed => _untimed;

    /// <summary>Short names of the machines that have logs of their own.</summary>
    public IReadOnlyList<string> Hosts => [.. _sources.Select(s => s.File.Host).Concat(_untimed.Select(f => f.Host)).Where(h => h.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Opens the logs of an archive.</summary>
    /// <param name="archive">A job's archive directory, or that of a run of one job.</param>
    /// <param name="growing">The job may still run: lines that come later can be read by <see cref="NextNew"/>.</param>
    /// <exception cref="ConfigurationException">It is no job's archive, or it cannot be read.</exception>
    public static JobLogs Open(string archive, bool growing)
    {
        archive = OfOneJob(archive);
        JobLogs? logs = null;
        try
        {
            var log = Path.Combine(archive, JobLog);
            var events = Path.Combine(archive, "events.jsonl");
            logs = new JobLogs(archive, File.Exists(events) ? JobTimeline.OfEvents(events) : JobTimeline.OfLog(log));
            logs.Add(log, growing);
            return logs;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logs?.Dispose();
            throw new ConfigurationException($"{archive}: the archive cannot be read: {failure.Message}", inner: failure);
        }
    }

    /// <summary>The next line of all files, by time. A line without a time of its own comes right behind its own file's line before.</summary>
    /// <param name="entry">The line; good until the next call.</param>
    public bool Next(out LogEntry entry)
    {
        if (_current is { } last)
        {
            if (last.Next())
            {
                if (last.Continues)
                {
                    entry = new LogEntry(last);
                    return true;
                }

                _next.Enqueue(last, (last.Time, _ranks[last]));
            }

            _current = null;
        }

        if (!_next.TryDequeue(out var source, out _))
        {
            entry = default;
            return false;
        }

        _current = source;
        entry = new LogEntry(source);
        return true;
    }

    /// <summary>After the last line: a line that has come to teuthology.log since; false when there is none yet.</summary>
    /// <param name="entry">The line; good until the next call.</param>
    public bool NextNew(out LogEntry entry)
    {
        if (_growing?.Next() == true)
        {
            entry = new LogEntry(_growing);
            return true;
        }

        entry = default;
        return false;
    }

    /// <summary>Lines of a file without times.</summary>
    /// <param name="file">One of <see cref="Untimed"/>.</param>
    public static IEnumerable<string> Lines(LogFile file)
    {
        using var lines = LogSource.Lines(file, growing: false);
        while (Next(lines))
            yield return System.Text.Encoding.UTF8.GetString(lines.Line.Span);

        static bool Next(LineReader lines)
        {
            try
            {
                return lines.Next();
            }
            catch (InvalidDataException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }

    private static string OfOneJob(string archive)
    {
        if (File.Exists(archive))
            throw new ConfigurationException($"{archive} is a file; name the job's archive directory");
        if (!Directory.Exists(archive))
            throw new ConfigurationException($"{archive}: there is no such directory");
        if (File.Exists(Path.Combine(archive, JobLog)))
            return archive;
        var jobs = ArchivedJob.List(archive).Where(job => File.Exists(Path.Combine(archive, job.JobId, JobLog))).ToList();
        return jobs switch
        {
            [] => throw new ConfigurationException($"{archive} is no job's archive: it holds no {JobLog}"),
            [var only] => Path.Combine(archive, only.JobId),
            _ => throw new ConfigurationException($"{archive} is a run of {jobs.Count} jobs; name one of them: {Bad(jobs)}"),
        };
    }

    private static string Bad(List<ArchivedJob> jobs)
    {
        var failed = jobs.Where(job => job.Status is JobState.Fail or JobState.Dead).ToList();
        var told = (failed.Count > 0 ? failed : jobs).Take(10).Select(job => $"{job.JobId} ({job.Status ?? "running"})");
        return string.Join(", ", told);
    }

    private void Add(string log, bool growing)
    {
        var year = (Timeline.Start ?? File.GetLastWriteTimeUtc(log)).Year;
        AddSource(new LogFile(log, "", "teuthology"), year, growing);
        var remote = Path.Combine(Archive, "remote");
        if (!Directory.Exists(remote))
            return;
        foreach (var host in Directory.EnumerateDirectories(remote, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }).Order(StringComparer.Ordinal))
        {
            foreach (var path in Directory.EnumerateFiles(host, "*", Inside).Order(StringComparer.Ordinal))
            {
                if (IsLog(path))
                    AddSource(new LogFile(path, Path.GetFileName(host), NameOf(Path.GetRelativePath(host, path))), year, growing: false);
            }
        }
    }

    private void AddSource(LogFile file, int year, bool growing)
    {
        if (LogSource.Open(file, year, growing) is not { } source)
        {
            _untimed.Add(file);
            return;
        }

        _sources.Add(source);
        _ranks[source] = _ranks.Count;
        if (growing)
            _growing = source;
        if (source.Next())
            _next.Enqueue(source, (source.Time, _ranks[source]));
    }

    private static bool IsLog(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null && file.Length > 0 && !path.EndsWith(".core", StringComparison.Ordinal) && !path.EndsWith(".core.gz", StringComparison.Ordinal)
            && !path.Contains("/coredump/", StringComparison.Ordinal) && !path.Contains("/coverage/", StringComparison.Ordinal);
    }

    private static string NameOf(string path)
    {
        path = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
        path = path.EndsWith(".log", StringComparison.Ordinal) ? path[..^4] : path;
        return path.StartsWith("log/", StringComparison.Ordinal) ? path[4..] : path;
    }
}

using System.CommandLine;
using System.Text.RegularExpressions;
using Teuthology.Jobs;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology log ARCHIVE</c>: what happened in a job, on all of its machines, in the order of time.</summary>
internal sealed class LogVerb : Verb
{
    private readonly Argument<string> _archive = new("ARCHIVE") { Description = "Archive directory of a job, or RUN/JOB below the archive directory" };
    private readonly Option<string[]> _host = new("--host") { HelpName = "HOST", Description = "Only lines about this machine; may be repeated" };
    private readonly Option<string?> _task = new("--task") { HelpName = "TASK", Description = "Only what happened in this task: its name, or its place such as tasks[2]" };
    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "From then on: a time of day or a date and time (UTC), or +90s, +5m from the job's start" };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Up to then; as --since" };
    private readonly Option<string?> _grep = new("--grep") { HelpName = "REGEX", Description = "Only lines that match, wherever they are" };
    private readonly Option<bool> _ignoreCase = new("--ignore-case", "-i") { Description = "Do not mind case in --grep" };
    private readonly Option<int> _context = new("--context", "-C") { HelpName = "N", Description = "Lines around each match of --grep", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _noFold = new("--no-fold") { Description = "Show every line of every task" };
    private readonly Option<string[]> _unfold = new("--unfold") { HelpName = "TASK", Description = "Show the lines of this task too; may be repeated" };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with a job that still runs, until it ends" };
    private readonly Option<bool> _noPager = new("--no-pager") { Description = "Do not start $PAGER (less) on a terminal" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line: time, host, source, level, task, text" };

    public LogVerb(Terminal terminal)
        : base(terminal, "log", "Show what happened in a job, on all machines, by time")
    {
        Add(_archive);
        foreach (var option in new Option[] { _host, _task, _since, _until, _grep, _ignoreCase, _context, _noFold, _unfold, _follow, _noPager, _json })
            Add(option);
        Remarks =
        [
            "Tasks that went well are one line each; those that failed, or were cut off, show their lines. Times are UTC.",
            "Files of machines whose lines have no times are named at the end; --grep looks into them too.",
        ];
        Examples =
        [
            ("teuthology log ~/.local/share/teuthology/archive/RUN/3", "Why did job 3 fail?"),
            ("teuthology log RUN/3 --grep osd.1 -C 3", "Every mention of osd.1, with three lines around it"),
            ("teuthology log RUN/3 --host n2 --since +30s --until +40s --no-fold", "Ten seconds of one machine"),
            ("teuthology log RUN/3 --follow", "A job that runs"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var follow = line.GetValue(_follow);
        using var logs = JobLogs.Open(Find(line.GetRequiredValue(_archive)), follow);
        var selection = Select(line, logs);
        await using var pager = follow || line.GetValue(_json) || line.GetValue(_noPager) ? null : Pager.Start(Terminal);
        var output = pager?.Input ?? Terminal.Out;
        ILogOutput view = line.GetValue(_json) ? new LogJson(output, logs) : new LogText(output, Terminal.Coloured, logs, Terminal.Time);
        try
        {
            var reading = new LogReading(logs, selection, view);
            reading.ReadAll(cancellationToken);
            if (follow)
                await reading.FollowAsync(Terminal, cancellationToken);
            reading.Finish();
            await output.FlushAsync(cancellationToken);
        }
        catch (IOException e) when (pager is not null && ClosedPipe.Is(e))
        {
            // The reader has seen enough.
        }

        return ExitCode.Success;
    }

    private string Find(string named)
    {
        var path = Terminal.FullPath(named);
        if (Directory.Exists(path) || File.Exists(path))
            return path;
        var archive = Terminal.Environment("TEUTHOLOGY_ARCHIVE") is { } set ? Terminal.FullPath(set) : JobOptions.FromEnvironment().ArchiveDirectory;
        var below = Path.Combine(archive, named);
        return Directory.Exists(below) || File.Exists(below) ? below : path;
    }

    private LogSelection Select(ParseResult line, JobLogs logs)
    {
        if (line.GetValue(_context) < 0)
            throw new ConfigurationException("--context must be 0 or more");
        var hosts = line.GetValue(_host) ?? [];
        var times = new LogTimes(logs.Timeline);
        return new LogSelection
        {
            Hosts = [.. hosts],
            Task = line.GetValue(_task) is { } task ? Known(task, logs.Timeline) : null,
            Since = line.GetValue(_since) is { } since ? times.Read("--since", since) : null,
            Until = line.GetValue(_until) is { } until ? times.Read("--until", until) : null,
            Grep = line.GetValue(_grep) is { } pattern ? Regex(pattern, line.GetValue(_ignoreCase)) : null,
            Context = line.GetValue(_context),
            Fold = !line.GetValue(_noFold),
            Unfold = [.. (line.GetValue(_unfold) ?? []).Select(name => Known(name, logs.Timeline))],
        };
    }

    private static string Known(string task, JobTimeline timeline) => timeline.Phases.Any(phase => LogSelection.Names(task, phase))
        ? task
        : throw new ConfigurationException($"the job has no task {task}; it has {string.Join(", ", timeline.Phases.Where(p => !p.IsFramework).Select(p => p.Task).Distinct())}");

    private static Regex Regex(string pattern, bool ignoreCase)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), TimeSpan.FromSeconds(10));
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"--grep: {e.Message}");
        }
    }
}

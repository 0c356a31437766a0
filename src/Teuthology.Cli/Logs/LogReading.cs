using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Goes through a job's logs once, folds tasks and picks lines.</summary>
internal sealed class LogReading
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly JobLogs _logs;
    private readonly LogSelection _selection;
    private readonly ILogOutput _output;
    private readonly TaskNode _root;
    private readonly Queue<(DateTime Time, LogSeverity Severity, LogLine Line, TaskPhase? Task, int Depth)> _before = new();
    private readonly List<TaskPhase> _folded = [];
    private long _foldedLines;
    private long _foldedErrors;
    private int _foldedDepth;
    private int _after;
    private bool _matched;
    private bool _skipped;
    private bool _shown;

    public LogReading(JobLogs logs, LogSelection selection, ILogOutput output)
    {
        (_logs, _selection, _output) = (logs, selection, output);
        _root = TaskNode.Tree(logs.Timeline);
    }

    public void ReadAll(CancellationToken cancellationToken)
    {
        if (_selection.Grep is null)
            _output.Head();
        var count = 0;
        while (_logs.Next(out var entry))
        {
            if ((++count & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            Take(entry);
        }
    }

    /// <summary>Shows lines as they come, until the job has ended or its controller is gone.</summary>
    public async Task FollowAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        var ended = false;
        while (true)
        {
            while (_logs.NextNew(out var entry))
            {
                var line = entry.Split();
                if (_selection.InTime(entry.Time) && _selection.OfHost(line) && _selection.Grep?.IsMatch(line.Text) != false)
                    _output.Line(entry.Time, entry.Severity, line, null, 0);
            }

            await terminal.Out.FlushAsync(cancellationToken);
            if (ended)
                return;
            ended = File.Exists(Path.Combine(_logs.Archive, "summary.yaml")) || Gone();
            if (!ended)
                await Task.Delay(Look, terminal.Time, cancellationToken);
        }
    }

    public void Finish()
    {
        _root.Close(DateTime.MaxValue, Opened, Closed);
        ShowFolded();
        foreach (var file in _logs.Untimed.Where(file => _selection.Hosts.Count == 0 || _selection.Hosts.Contains(file.Host)))
        {
            if (_selection.Grep is not { } grep)
            {
                if (_selection.Task is null)
                    _output.Untimed(file);
                continue;
            }

            foreach (var text in JobLogs.Lines(file).Where(text => grep.IsMatch(text)))
                _output.UntimedLine(file, text);
        }

        if (_selection.Grep is null)
            _output.Tail();
    }

    private bool Gone()
    {
        var file = Path.Combine(_logs.Archive, "pid");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), out var pid) && !Directory.Exists($"/proc/{pid}");
    }

    private void Take(LogEntry entry)
    {
        _root.Close(entry.Time, Opened, Closed);
        _root.Open(entry.Time, Opened);
        var (node, depth) = _root.At(entry.Time);
        if (!_selection.InTime(entry.Time) || (_selection.Task is { } task && node?.Within(task) != true))
            return;
        if (node?.Hider(_selection) is { } hider)
        {
            hider.Hidden++;
            if (entry.Severity == LogSeverity.Error)
                hider.HiddenErrors++;
            return;
        }

        if (_selection.Grep is null)
        {
            // The headings say it.
            if (_selection.Fold && IsHeading(entry))
                return;
            var line = entry.Split();
            if (_selection.OfHost(line))
                Show(entry.Time, entry.Severity, line, node?.Phase, depth);
            return;
        }

        Search(entry, node?.Phase);
    }

    private void Search(LogEntry entry, TaskPhase? task)
    {
        var line = entry.Split();
        if (!_selection.OfHost(line))
            return;
        if (_selection.Grep!.IsMatch(line.Text) || _selection.Grep.IsMatch(line.Source))
        {
            if (_skipped && _matched && _selection.Context > 0)
                _output.Gap();
            while (_before.TryDequeue(out var early))
                _output.Line(early.Time, early.Severity, early.Line, early.Task, early.Depth);
            _output.Line(entry.Time, entry.Severity, line, task, 0);
            (_matched, _skipped, _after) = (true, false, _selection.Context);
        }
        else if (_after > 0)
        {
            _after--;
            _output.Line(entry.Time, entry.Severity, line, task, 0);
        }
        else if (_selection.Context == 0)
        {
            _skipped = true;
        }
        else
        {
            _before.Enqueue((entry.Time, entry.Severity, line, task, 0));
            if (_before.Count <= _selection.Context)
                return;
            _before.Dequeue();
            _skipped = true;
        }
    }

    // Where in the program it was thrown helps those who mend the program: --no-fold shows it.
    private static bool IsStackFrame(string text) => text.StartsWith("   at ", StringComparison.Ordinal) || text.StartsWith("--- End of stack trace", StringComparison.Ordinal);

    private static bool IsHeading(LogEntry entry) => entry.File.Host.Length == 0 && !entry.Continues
        && entry.Text is var text && (text.StartsWith("INFO:teuthology.run_tasks:Running task ", StringComparison.Ordinal) || text.StartsWith("DEBUG:teuthology.run_tasks:Unwinding manager ", StringComparison.Ordinal));

    private void Opened(TaskNode node)
    {
        if (_selection.Grep is not null || node.Hider(_selection) is not null || (_selection.Task is { } task && !node.Within(task)) || !_selection.InTime(node.Phase!.Start))
            return;
        ShowFolded();
        _output.Open(node.Phase, node.Depth);
        _shown = true;
    }

    private void Closed(TaskNode node)
    {
        if (_selection.Grep is not null || _selection.Task is not null || node.Hider(_selection) != node || !_selection.InTime(node.Phase!.Start))
            return;
        if (node.Phase.Unwinding && node.Hidden == 0)
            return; // it had nothing to undo
        if (_folded.Count > 0 && !(_folded[0].IsFramework && node.Phase.IsFramework && _folded[0].Unwinding == node.Phase.Unwinding))
            ShowFolded();
        _folded.Add(node.Phase);
        _foldedLines += node.Hidden;
        _foldedErrors += node.HiddenErrors;
        _foldedDepth = node.Depth;
    }

    private void ShowFolded()
    {
        if (_folded.Count > 0)
            _output.Folded(_folded, _foldedLines, _foldedErrors, _foldedDepth);
        _folded.Clear();
        _foldedLines = _foldedErrors = 0;
    }

    private void Show(DateTime time, LogSeverity severity, LogLine line, TaskPhase? task, int depth)
    {
        // Between tasks the framework dumps configurations: their first line says enough.
        if (_selection.Fold && severity == LogSeverity.Continued && _shown && (task is null || IsStackFrame(line.Text)))
            return;
        ShowFolded();
        _output.Line(time, severity, line, task, depth);
        _shown = true;
    }
}

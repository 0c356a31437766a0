using System.Globalization;
using Teuthology.Jobs;

namespace Teuthology.Cli;

/// <summary>How a run stands, in a line at the end of a terminal: <c>12/40 done, 1 failed, 3 running, 0:42, about 4 min left</c>.</summary>
internal sealed class RunStatus : IJobObserver, IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _running = new(StringComparer.Ordinal);
    private readonly LiveLine _line;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private long? _jobs;
    private int _done;
    private int _failed;
    private int _skipped;

    public RunStatus(LiveLine line, TimeProvider time)
    {
        (_line, _time, _start) = (line, time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Show(), null, Period, Period);
    }

    /// <summary>How many jobs the run has, once that is known; null when nobody counts them.</summary>
    public void Expect(long? jobs)
    {
        lock (_gate)
            _jobs = jobs;
        Show();
    }

    public void Opened(JobSpec job, string archivePath) => Note(job, "");

    public void Waiting(JobSpec job, string what) => Note(job, "waiting");

    public void TaskChanged(JobSpec job, string task, bool unwinding) => Note(job, unwinding ? $"unwinding {task}" : task);

    public void Ended(JobSpec job, JobResult result)
    {
        lock (_gate)
        {
            _running.Remove(job.JobId);
            _done++;
            _failed += result.Status is JobStatus.Fail or JobStatus.Dead ? 1 : 0;
            _skipped += result.Status == JobStatus.Skip ? 1 : 0;
        }

        Show();
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _line.Show("");
    }

    /// <summary>The line.</summary>
    internal string Text()
    {
        lock (_gate)
        {
            var elapsed = _time.GetElapsedTime(_start);
            if (_jobs == 1)
                return _running.Count == 0 ? "" : $"{_running.Values.First()} {Clock(elapsed)}".TrimStart();
            var parts = new List<string> { _jobs is { } all ? $"{_done}/{all} done" : $"{_done} done" };
            if (_failed > 0)
                parts.Add($"{_failed} failed");
            if (_skipped > 0)
                parts.Add($"{_skipped} skipped");
            parts.Add($"{_running.Count} running");
            parts.Add(Clock(elapsed));
            if (_jobs - _done is > 0 and var left && _done > _skipped)
                parts.Add($"ETA {Clock(elapsed / (_done - _skipped) * left)}");
            return string.Join(", ", parts);
        }
    }

    private static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}")
        : string.Create(CultureInfo.InvariantCulture, $"{time:m\\:ss}");

    private void Note(JobSpec job, string what)
    {
        lock (_gate)
            _running[job.JobId] = what;
        Show();
    }

    private void Show() => _line.Show(Text());
}

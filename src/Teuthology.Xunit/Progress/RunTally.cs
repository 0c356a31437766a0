using System.Globalization;
using Teuthology.TestLogger;
using Xunit;

namespace Teuthology.Xunit;

/// <summary>Tells how a run of several jobs stands, whenever one of them ended: <c>2/12 done, 1 failed, 0:42, ETA 3:30</c>.</summary>
/// <param name="console">The user's console.</param>
/// <param name="time">The clock.</param>
/// <param name="count">Number of jobs.</param>
internal sealed class RunTally(ProgressChannel console, TimeProvider time, int count)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private int _done;
    private int _failed;

    /// <summary>A job ended.</summary>
    /// <param name="verdict">Its failure; null for a pass.</param>
    public void Add(Exception? verdict)
    {
        lock (_gate)
        {
            _done++;
            _failed += verdict is null or SkipException ? 0 : 1;
            if (count > 1 && _done < count)
                console.Write(ProgressKind.Run, Text(time.GetElapsedTime(_start)));
        }
    }

    private string Text(TimeSpan elapsed) =>
        $"{_done}/{count} done{(_failed > 0 ? $", {_failed} failed" : "")}, {Clock(elapsed)}, ETA {Clock(elapsed / _done * (count - _done))}";

    private static string Clock(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalMinutes}:{span.Seconds:00}");
}

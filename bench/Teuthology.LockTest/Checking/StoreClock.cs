namespace Teuthology.LockTest;

/// <summary>
/// What the store's clock may have shown at a moment of the monotonic clock. The host's clock is known from each event; how far the store's is
/// off it, from the events of the test that moved it. While it is being moved both are possible.
/// </summary>
internal sealed class StoreClock
{
    private const double NanosecondsPerMillisecond = 1e6;
    private readonly List<Segment> _segments = [];
    private readonly double _low;
    private readonly double _high;

    public StoreClock(IReadOnlyList<HistoryEvent> events)
    {
        var differences = events.Where(e => !e.Process.StartsWith("node ", StringComparison.Ordinal)).Select(e => e.Wall - (e.Mono / NanosecondsPerMillisecond)).ToList();
        (_low, _high) = (differences.Min(), differences.Max());
        var start = long.MinValue;
        double offset = 0;
        var pending = new Dictionary<(string, long), HistoryEvent>();
        foreach (var move in events.Where(e => e.Op == "store-clock"))
        {
            if (move.Type == HistoryEvent.Invoke)
            {
                pending[(move.Process, move.Id)] = move;
                continue;
            }

            if (!pending.Remove((move.Process, move.Id), out var invoke) || invoke.Value?.StoreOffset is not { } to)
                throw new HistoryException($"line {move.Line}: store-clock ends without an invocation that has value.storeOffset");
            _segments.Add(new Segment(start, move.Mono, offset));
            (start, offset) = (invoke.Mono, to);
        }

        _segments.Add(new Segment(start, long.MaxValue, offset));
    }

    /// <summary>How exactly the host's clock is known, in milliseconds.</summary>
    public double Tolerance => _high - _low;

    /// <summary>The earliest time that the store's clock may have shown between two moments.</summary>
    public double Earliest(long from, long to) =>
        Within(from, to).Min(s => (Math.Max(from, s.Start) / NanosecondsPerMillisecond) + s.Offset) + _low;

    /// <summary>The latest time that it may have shown.</summary>
    public double Latest(long from, long to) =>
        Within(from, to).Max(s => (Math.Min(to, s.End) / NanosecondsPerMillisecond) + s.Offset) + _high;

    private IEnumerable<Segment> Within(long from, long to) => _segments.Where(s => s.Start <= to && s.End >= from);

    private readonly record struct Segment(long Start, long End, double Offset);
}

namespace Teuthology.LockTest;

/// <summary>Judges a history: every rule, from the events alone.</summary>
internal static class Checker
{
    /// <exception cref="HistoryException">The events make no history.</exception>
    public static Verdict Check(IReadOnlyList<HistoryEvent> events)
    {
        var record = new Record(events);
        var violations = new List<Violation>();
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        violations.AddRange(ClaimRules.Check(record));
        violations.AddRange(HoldRules.Check(record, figures));
        violations.AddRange(RowRules.Check(record, figures));
        violations.AddRange(NodeRules.Check(record, figures));
        violations.AddRange(EndRules.Check(record));
        Count(record, figures);
        if (violations.Count > 0 && record.Of("claim").Any())
            figures["seconds from the first claim to the first violation"] = Math.Round((violations.Min(v => v.At) - record.Of("claim").Min(c => c.Invoked)) / 1e9, 1);
        return new Verdict([.. violations.OrderBy(v => v.At)], figures);
    }

    private static void Count(Record record, SortedDictionary<string, double> figures)
    {
        foreach (var group in record.Operations.GroupBy(o => $"{o.Op} {o.Outcome}"))
            figures[$"operations: {group.Key}"] = group.Count();
        foreach (var group in record.Events.Where(e => e.Process == "nemesis" && e.Type == HistoryEvent.Invoke).GroupBy(e => e.Op))
            figures[$"faults: {group.Key}"] = group.Count();
        figures["clients"] = record.Operations.Where(o => o.Op == "claim").Select(o => o.Process).Distinct().Count();
        figures["seconds"] = record.Events.Count == 0 ? 0 : Math.Round((record.Events.Max(e => e.Mono) - record.Events.Min(e => e.Mono)) / 1e9, 1);
        figures["clock known to ms"] = Math.Round(record.Clock.Tolerance, 3);
    }
}

using System.Globalization;

namespace Teuthology.OpenStack;

/// <summary>Decides by leases, processes and age whether anybody still cares for what runs have.</summary>
/// <param name="scope">What is looked at.</param>
/// <param name="now">The time.</param>
internal sealed class RunVerdict(CollectScope scope, DateTimeOffset now)
{
    /// <summary>Sorts resources by run and job, each with its verdict.</summary>
    public IReadOnlyList<RunRemains> Sort(IEnumerable<Remains> all)
    {
        var result = new List<RunRemains>();
        foreach (var run in all.Where(r => r.Marks[RunMarks.Setup] == scope.Setup).GroupBy(r => r.RunId).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var name = run.Select(r => r.Marks.GetValueOrDefault(RunMarks.Run)).FirstOrDefault(n => n is not null);
            var parts = run.GroupBy(r => r.Job).OrderBy(g => g.Key is null ? 1 : 0).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => Judge(run.Key, name, g.Key, [.. g])).ToList();

            // What is the whole run's is needed while a job of it is cared for.
            var held = parts.FirstOrDefault(p => p.Job is not null && !p.IsLeftBehind);
            result.AddRange(parts.Select(p => p.Job is null && held is not null && !scope.Everything ? p with { IsLeftBehind = false, Reason = $"job {held.Job} of the run is cared for: {held.Reason}" } : p));
        }

        return [.. result.Where(IsMeant)];
    }

    private bool IsMeant(RunRemains part) =>
        (scope.Run is null || part.RunId == RunStamp.IdOf(scope.Run)) && (scope.Job is null || part.Job == scope.Job) && (scope.Owner is null || part.Owner == scope.Owner);

    private RunRemains Judge(string id, string? name, string? job, IReadOnlyList<Remains> items)
    {
        var leases = items.Select(i => i.Marks.GetValueOrDefault(RunMarks.Lease)).OfType<string>().ToList();
        var ends = leases.Select(End).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? lease = ends.Count > 0 ? ends.Max() : null;
        var (isLeft, reason) = scope.Everything ? (true, "everything is to go") : Decide(items, leases.Contains(RunMarks.Kept), lease);
        return new RunRemains
        {
            RunId = id,
            Run = name,
            Job = job,
            Setup = scope.Setup,
            Owner = items.Select(i => i.Marks.GetValueOrDefault(RunMarks.Owner)).FirstOrDefault(o => o is not null) ?? "",
            Lease = lease,
            Items = [.. items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal)],
            IsLeftBehind = isLeft,
            Reason = reason,
        };
    }

    private (bool IsLeft, string Reason) Decide(IReadOnlyList<Remains> items, bool isKept, DateTimeOffset? lease)
    {
        if (isKept)
            return (false, "it is kept until it is torn down");
        var processes = items.Select(i => i.Marks.GetValueOrDefault(RunMarks.Process)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (processes.Count > 0 && processes.All(p => ControllerProcess.TryParse(p, out var process) && process.IsDeadHere))
            return (true, "the process on this host that made it is dead");
        if (lease is { } end)
            return end + scope.Grace < now ? (true, $"its lease ended at {RunStamp.LeaseText(end)}") : (false, $"its lease holds until {RunStamp.LeaseText(end)}");
        var youngest = items.Max(i => i.CreatedAt ?? DateTimeOffset.MaxValue);
        return youngest < now - scope.MinAge ? (true, $"it has no lease and was made before {RunStamp.LeaseText(now - scope.MinAge)}") : (false, "it has no lease and may be new");
    }

    private static DateTimeOffset? End(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null;
}

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
            var parts = run.GroupBy(r => (r.Job, Held: scope.IsHeld?.Invoke(r))).OrderBy(g => g.Key.Job is null ? 1 : 0).ThenBy(g => g.Key.Job, StringComparer.Ordinal)
                .Select(g => Judge(run.Key, name, g.Key.Job, g.Key.Held, [.. g])).ToList();

            // What is the whole run's is needed while a job of it is cared for.
            var held = parts.FirstOrDefault(p => p.Job is not null && !p.IsLeftBehind);
            result.AddRange(parts.Select(p => p.Job is null && held is not null && !scope.Everything ? p with { IsLeftBehind = false, Reason = $"job {held.Job} of the run is cared for: {held.Reason}" } : p));
        }

        return [.. Clustered(result).Where(IsMeant)];
    }

    // The group that all of a cluster's servers share goes with the last thing that may need it.
    private IEnumerable<RunRemains> Clustered(IReadOnlyList<RunRemains> parts)
    {
        var user = parts.Where(p => !IsClusters(p)).FirstOrDefault(p => !p.IsLeftBehind && p.Items.Any(i => i.Kind != RemainsKind.Image));
        return parts.Select(p => !IsClusters(p) || scope.Everything ? p : user is null
            ? p with { IsLeftBehind = true, Reason = "nothing else of the cluster is left" }
            : p with { IsLeftBehind = false, Reason = $"run {user.Run ?? user.RunId} may need it: {user.Reason}" });
    }

    private bool IsClusters(RunRemains part) => part.Job is null && part.RunId == RunStamp.IdOf(scope.Setup) && part.Items.All(i => i.Kind == RemainsKind.SecurityGroup);

    private bool IsMeant(RunRemains part) =>
        (scope.Run is null || part.RunId == RunStamp.IdOf(scope.Run)) && (scope.Job is null || part.Job == scope.Job) && (scope.Owner is null || part.Owner == scope.Owner);

    private RunRemains Judge(string id, string? name, string? job, bool? held, IReadOnlyList<Remains> items)
    {
        // An image is kept once it is whole.
        var leases = items.Where(i => i is not { Kind: RemainsKind.Image, Status: not "active" }).Select(i => i.Marks.GetValueOrDefault(RunMarks.Lease)).OfType<string>().ToList();
        var ends = leases.Select(End).OfType<DateTimeOffset>().ToList();
        DateTimeOffset? lease = ends.Count > 0 ? ends.Max() : null;
        var (isLeft, reason) = (scope.Everything, held) switch
        {
            (true, _) => (true, "everything is to go"),
            (_, true) => (false, "a machine of this lab that is held"),
            (_, false) => (true, "a machine of this lab that nobody holds"),
            _ => Decide(items, job, leases.Contains(RunMarks.Kept), lease),
        };
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

    private (bool IsLeft, string Reason) Decide(IReadOnlyList<Remains> items, string? job, bool isKept, DateTimeOffset? lease)
    {
        if (isKept)
            return (false, "it is kept until it is torn down");
        var texts = items.Select(i => i.Marks.GetValueOrDefault(RunMarks.Process)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var processes = texts.Select(text => ControllerProcess.TryParse(text, out var process) ? process : null).ToList();
        if (processes.Count > 0 && processes.All(process => process is { IsDeadHere: true }))
            return (true, "the process on this host that made it is dead");

        // What is the whole run's has a lease that nobody renews.
        if (job is null && processes.Any(process => process is { IsDeadHere: false } && process.BootId == ControllerProcess.Current.BootId && process.PidNamespace == ControllerProcess.Current.PidNamespace))
            return (false, "the process on this host that made it lives");
        if (lease is { } end)
            return end + scope.Grace < now ? (true, $"its lease ended at {RunStamp.LeaseText(end)}") : (false, $"its lease holds until {RunStamp.LeaseText(end)}");
        var youngest = items.Max(i => i.CreatedAt ?? DateTimeOffset.MaxValue);
        return youngest < now - scope.MinAge ? (true, $"it has no lease and was made before {RunStamp.LeaseText(now - scope.MinAge)}") : (false, "it has no lease and may be new");
    }

    private static DateTimeOffset? End(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : null;
}

namespace Teuthology.LockTest;

/// <summary>What each claim must answer: all machines or none, a fence of its own that grows in real time, the length asked.</summary>
internal static class ClaimRules
{
    public static IEnumerable<Violation> Check(Record record) =>
        record.Leases.SelectMany(lease => Shape(lease, record)).Concat(Fences(record)).Concat(record.Leases.SelectMany(Length));

    private static IEnumerable<Violation> Shape(LeaseLife lease, Record record)
    {
        var asked = lease.Claim.Asked;
        if (lease.Nodes.Count != asked.Count || lease.Nodes.Distinct().Count() != lease.Nodes.Count)
            yield return new Violation("all or nothing", lease.Claim.Ended, $"{asked.Count} machines were asked for: {lease}");
        if (lease.Nodes.Except(asked.Nodes ?? record.Machines).Any())
            yield return new Violation("all or nothing", lease.Claim.Ended, $"others were asked for ({string.Join(", ", asked.Nodes ?? record.Machines)}): {lease}");
    }

    private static IEnumerable<Violation> Fences(Record record)
    {
        foreach (var same in record.Leases.GroupBy(l => l.Fence).Where(g => g.Count() > 1))
            yield return new Violation("a fence is given once", same.Max(l => l.Claim.Ended), $"twice: {string.Join(" and ", same)}");
        LeaseLife? highest = null;
        var done = new PriorityQueue<LeaseLife, long>(record.Leases.Select(l => (l, l.Claim.Ended)));
        foreach (var lease in record.Leases.OrderBy(l => l.Claim.Invoked))
        {
            while (done.TryPeek(out var ended, out var at) && at < lease.Claim.Invoked)
            {
                done.Dequeue();
                if (highest is null || ended.Fence > highest.Fence)
                    highest = ended;
            }

            if (highest is not null && lease.Fence <= highest.Fence)
                yield return new Violation("fences grow", lease.Claim.Ended, $"{lease} was claimed after {highest}");
        }
    }

    // When it began the client tells by its own clock, which may be wrong; how long it lasts must be right by any.
    private static IEnumerable<Violation> Length(LeaseLife lease)
    {
        const double rounding = 1;
        var claim = lease.Claim;
        if (claim.Answer is not { LockedSince: { } since, ExpiresAt: { } end } || claim.Asked.Duration is not { } duration)
            throw new HistoryException($"{claim} has no lockedSince, expiresAt or duration");
        if (Math.Abs(end - since - duration) > rounding)
            yield return new Violation("leases last as long as asked", claim.Ended, $"{lease} lasts {end - since} ms, asked were {duration} ms");
    }
}

namespace Teuthology.LockTest;

/// <summary>No machine is ever held by two valid leases; who lost a lease is told so, who has one is not refused.</summary>
internal static class HoldRules
{
    public static IEnumerable<Violation> Check(Record record, IDictionary<string, double> figures)
    {
        var found = record.Machines.SelectMany(machine => Machine(machine, record, figures)).ToList();
        found.AddRange(record.Leases.SelectMany(lease => Renewals(lease, record)));
        return found;
    }

    private static List<Violation> Machine(string machine, Record record, IDictionary<string, double> figures)
    {
        var found = new List<Violation>();
        var leases = record.Leases.Where(l => l.Nodes.Contains(machine)).ToList();
        for (var i = 1; i < leases.Count; i++)
        {
            var later = leases[i];
            Add(figures, "hand-overs", 1);
            if (leases[i - 1] is { } last && !last.Ends.Any(o => o.Invoked <= later.Claim.Ended))
                Add(figures, "hand-overs without a release", 1);

            // Not of neighbours alone: one that was overrun may be valid still when the next but one comes.
            foreach (var earlier in leases.Take(i).Where(e => e.Fence < later.Fence && e.IsCertain(later.Claim.Invoked, later.Claim.Ended)))
                found.Add(new Violation("one valid lease a machine", later.Claim.Ended, $"{machine} was given to {later} while {earlier} was valid"));
        }

        return found;
    }

    private static IEnumerable<Violation> Renewals(LeaseLife lease, Record record)
    {
        var successors = record.Leases.Where(l => l.Fence > lease.Fence && l.Nodes.Intersect(lease.Nodes).Any()).ToList();
        foreach (var renewal in record.Of("renew").Where(o => o.Asked.Fence == lease.Fence))
        {
            if (renewal.Ok && successors.FirstOrDefault(s => s.Claim.Ended < renewal.Invoked) is { } next)
                yield return new Violation("a lost lease is not renewed", renewal.Ended, $"{renewal} renewed {lease}, whose machines went to {next}");
            if (renewal.Ok && lease.Ends.FirstOrDefault(o => o.Op == "release" && o.Ok && o.Ended < renewal.Invoked) is { } release)
                yield return new Violation("a lost lease is not renewed", renewal.Ended, $"{renewal} renewed {lease}, which was given back by {release}");
            if (renewal.Outcome == HistoryEvent.Fail && lease.Claim.Ended <= renewal.Invoked && lease.IsCertain(renewal.Invoked, renewal.Ended))
                yield return new Violation("a valid lease is renewed", renewal.Ended, $"{renewal} was refused, but {lease} was valid");
        }
    }

    private static void Add(IDictionary<string, double> figures, string name, double number) =>
        figures[name] = figures.TryGetValue(name, out var had) ? had + number : number;
}

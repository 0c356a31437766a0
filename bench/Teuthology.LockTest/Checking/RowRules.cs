namespace Teuthology.LockTest;

/// <summary>What the store tells of a machine is what its leases are.</summary>
internal static class RowRules
{
    public static IEnumerable<Violation> Check(Record record, IDictionary<string, double> figures)
    {
        var claims = record.Of("claim").Where(c => c.Asked.Description is not null).ToLookup(c => c.Asked.Description);
        var byMachine = record.Leases.SelectMany(l => l.Nodes.Select(n => (n, l))).ToLookup(p => p.n, p => p.l);
        var found = new List<Violation>();
        foreach (var list in record.Of("list").Where(o => o.Ok))
        {
            foreach (var row in list.Answer.Rows ?? [])
            {
                foreach (var lease in byMachine[row.Name].Where(l => l.Claim.Ended <= list.Invoked && l.Fence != row.Fence && l.IsCertain(list.Invoked, list.Ended)))
                    found.Add(new Violation("rows tell who holds", list.Ended, $"{list} shows {row.Name} with fence {row.Fence} while {lease} was valid"));
                if (byMachine[row.Name].FirstOrDefault(l => l.Claim.Ended <= list.Invoked && l.Fence == row.Fence) is { } shown && !row.Locked && shown.IsCertain(list.Invoked, list.Ended))
                    found.Add(new Violation("rows tell who holds", list.Ended, $"{list} shows {row.Name} free while {shown} was valid"));
                if (row.Locked && claims[row.Description].FirstOrDefault(c => c.Outcome == HistoryEvent.Fail && c.Ended < list.Invoked) is { } failed)
                    found.Add(new Violation("a claim that failed holds nothing", list.Ended, $"{list} shows {row.Name} held by {failed}, which failed"));
            }
        }

        figures["rows read"] = record.Of("list").Where(o => o.Ok).Sum(o => o.Answer.Rows?.Count ?? 0);
        return found;
    }
}

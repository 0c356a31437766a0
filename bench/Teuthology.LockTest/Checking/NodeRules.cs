namespace Teuthology.LockTest;

/// <summary>
/// What ran on the machines, by their own logs: each command appends the fence of its lease, and a controller does when the guardian has let it
/// in. Once a fence was there, nothing of an older one comes after it.
/// </summary>
internal static class NodeRules
{
    public static IEnumerable<Violation> Check(Record record, IDictionary<string, double> figures)
    {
        var found = new List<Violation>();
        var lines = record.Events.Where(e => e.Op is "ran" or "let-in").GroupBy(e => e.Process).ToList();
        var holders = record.Leases.SelectMany(l => l.Nodes.Select(n => (n, l.Fence))).ToHashSet();
        foreach (var machine in lines)
        {
            HistoryEvent? highest = null;
            foreach (var line in machine.OrderBy(e => e.Id))
            {
                var fence = line.Value?.Fence ?? throw new HistoryException($"line {line.Line}: what ran on a machine has no value.fence");
                var name = line.Value.Node ?? throw new HistoryException($"line {line.Line}: what ran has no value.node");
                if (fence < highest?.Value?.Fence)
                {
                    // A controller notes that it was let in a moment later, when another may have come; what counts is what it runs.
                    if (line.Op == "let-in")
                        continue;
                    found.Add(new Violation("no command of an outdated fence", line.Mono, $"{name}: a command of fence {fence} ran ({line.Value.Text}) after fence {highest.Value.Fence} had come ({highest.Value.Text}); lines {highest.Line} and {line.Line}"));
                }
                else
                {
                    highest = line;
                }

                if (!holders.Contains((name, fence)))
                    found.Add(new Violation("commands run on machines of the lease", line.Mono, $"{name}: a command of fence {fence} ran ({line.Value.Text}); nobody was given this machine with it"));
            }
        }

        figures["lines of commands"] = lines.Sum(g => g.Count(e => e.Op == "ran"));
        figures["commands refused for their fence"] = record.Operations.Count(o => o.Op is "begin" or "run" && o.Outcome == HistoryEvent.Fail);
        return found;
    }
}

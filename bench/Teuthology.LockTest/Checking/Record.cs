namespace Teuthology.LockTest;

/// <summary>A history with its events tied together.</summary>
internal sealed class Record
{
    private readonly ILookup<string, Operation> _byOp;

    public Record(IReadOnlyList<HistoryEvent> events)
    {
        Begin = events.FirstOrDefault(e => e.Op == "begin-test") ?? throw new HistoryException("the history has no event begin-test, which names the machines");
        Machines = Begin.Value?.Nodes ?? throw new HistoryException($"line {Begin.Line}: begin-test names no machines in value.nodes");
        Events = events;
        Operations = Tie(events);
        _byOp = Operations.ToLookup(o => o.Op);
        Leases = [.. Of("claim").Where(o => o.Ok).Select(o => new LeaseLife(o, this)).OrderBy(l => l.Fence).ThenBy(l => l.Claim.Invoked)];
        Clock = new StoreClock(events);
    }

    public HistoryEvent Begin { get; }

    public IReadOnlyList<string> Machines { get; }

    public IReadOnlyList<HistoryEvent> Events { get; }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>All leases that somebody knows to have got, by fence.</summary>
    public IReadOnlyList<LeaseLife> Leases { get; }

    public StoreClock Clock { get; }

    public IEnumerable<Operation> Of(string op) => _byOp[op];

    /// <summary>When a process was ended by itself or by the test; <see cref="long.MaxValue"/> when it was not.</summary>
    public long EndOf(string process) => Events
        .Where(e => (e.Op == "kill" && e.Value?.Target == process) || (e.Op == "exit" && e.Process == process))
        .Select(e => e.Mono).DefaultIfEmpty(long.MaxValue).Min();

    private static List<Operation> Tie(IReadOnlyList<HistoryEvent> events)
    {
        var open = new Dictionary<(string, long), HistoryEvent>();
        var done = new List<Operation>();
        foreach (var one in events)
        {
            if (one.Type == HistoryEvent.Invoke)
            {
                if (!open.TryAdd((one.Process, one.Id), one))
                    throw new HistoryException($"line {one.Line}: operation {one.Id} of {one.Process} is invoked a second time");
                continue;
            }

            if (!open.Remove((one.Process, one.Id), out var invoke))
            {
                if (one.Type == HistoryEvent.Info)
                    continue;
                throw new HistoryException($"line {one.Line}: operation {one.Id} of {one.Process} ends without an invocation");
            }

            if (one.Op != invoke.Op || one.Mono < invoke.Mono)
                throw new HistoryException($"line {one.Line}: operation {one.Id} of {one.Process} does not go with its invocation in line {invoke.Line}");
            done.Add(Operation(invoke, one.Type, one.Type == HistoryEvent.Info ? long.MaxValue : one.Mono, one.Value));
        }

        done.AddRange(open.Values.Select(invoke => Operation(invoke, HistoryEvent.Info, long.MaxValue, null)));
        return [.. done.OrderBy(o => o.Invoked)];
    }

    private static Operation Operation(HistoryEvent invoke, string outcome, long ended, HistoryValue? answer) =>
        new(invoke.Process, invoke.Op, invoke.Id, invoke.Line, invoke.Mono, ended, outcome, invoke.Value ?? new HistoryValue(), answer ?? new HistoryValue());
}

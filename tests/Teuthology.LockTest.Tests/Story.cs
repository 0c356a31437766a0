namespace Teuthology.LockTest.Tests;

/// <summary>A history told by hand. Times are milliseconds of the monotonic clock; the host's clock shows <see cref="Epoch"/> more.</summary>
internal sealed class Story
{
    public const long Epoch = 1_700_000_000_000;
    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<string, long> _lines = [];
    private long _id;
    private bool _ends;

    public Story(params string[] machines) =>
        Add(0, "test", HistoryEvent.Info, "begin-test", 0, new HistoryValue { Nodes = machines.Length > 0 ? machines : ["n1", "n2", "n3"] });

    /// <summary>A claim by a process, from and until when, that got a lease.</summary>
    public Story Claim(string process, long from, long until, long fence, string[] nodes, long duration = 1000, long? lasts = null, bool controlled = true, int? asked = null)
    {
        return Operation(process, "claim", from, until, HistoryEvent.Ok,
            new HistoryValue { Count = asked ?? nodes.Length, Owner = process, Description = $"{process}#{fence}", Duration = duration, Controlled = controlled },
            new HistoryValue { Fence = fence, Nodes = nodes, LockedSince = Epoch + from, ExpiresAt = Epoch + from + (lasts ?? duration) });
    }

    /// <summary>A claim that got nothing, or whose answer was lost.</summary>
    public Story NoClaim(string process, long from, long? until, string outcome, string description) =>
        Operation(process, "claim", from, until, outcome, new HistoryValue { Count = 1, Owner = process, Description = description, Duration = 1000, Controlled = true });

    public Story Renew(string process, long from, long? until, long fence, string outcome = HistoryEvent.Ok, long duration = 1000) =>
        Operation(process, "renew", from, until, outcome, new HistoryValue { Fence = fence, Duration = duration });

    public Story Release(string process, long from, long? until, long fence, string outcome = HistoryEvent.Ok) =>
        Operation(process, "release", from, until, outcome, new HistoryValue { Fence = fence });

    public Story Keep(string process, long from, long? until, long fence) =>
        Operation(process, "keep", from, until, HistoryEvent.Ok, new HistoryValue { Fence = fence });

    public Story Break(string owner, long from, long? until, string outcome = HistoryEvent.Ok) =>
        Operation("nobody", "break", from, until, outcome, new HistoryValue { Owner = owner });

    public Story Kill(string process, long at) => Add(at, "nemesis", HistoryEvent.Info, "kill", ++_id, new HistoryValue { Target = process });

    public Story MoveClock(long from, long until, long offset) =>
        Operation("nemesis", "store-clock", from, until, HistoryEvent.Ok, new HistoryValue { StoreOffset = offset });

    public Story List(long from, long until, params (string Name, bool Locked, long Fence, string? Description)[] rows) =>
        Operation("reader", "list", from, until, HistoryEvent.Ok, null, new HistoryValue { Rows = [.. rows.Select(r => new HistoryValue.NodeRow(r.Name, r.Locked, r.Fence, null, r.Description))] });

    /// <summary>A command of a fence ran on a machine, after all that ran there before.</summary>
    public Story Ran(string node, long at, long fence) => OnNode("ran", node, at, fence);

    /// <summary>A controller noted that it had been let in.</summary>
    public Story LetIn(string node, long at, long fence) => OnNode("let-in", node, at, fence);

    public Story End(long at, string[] got, int waiters = 0, params (string Name, bool Locked)[] rows)
    {
        _ends = true;
        return Operation("test", "end-test", at, at + 1, HistoryEvent.Ok, null,
            new HistoryValue { Nodes = got, Waiters = waiters, Rows = [.. rows.Select(r => new HistoryValue.NodeRow(r.Name, r.Locked, 0, null, null))] });
    }

    /// <summary>The rules that the history breaks.</summary>
    public IReadOnlyList<string> Broken()
    {
        if (!_ends)
            End(1_000_000, ["n1", "n2", "n3"]);
        return [.. Checker.Check([.. _events.OrderBy(e => e.Mono).Select((e, i) => e with { Line = i + 1 })]).Violations.Select(v => v.Rule).Distinct()];
    }

    private Story OnNode(string op, string node, long at, long fence)
    {
        var number = _lines[node] = _lines.GetValueOrDefault(node) + 1;
        return Add(at, $"node {node}", HistoryEvent.Info, op, number, new HistoryValue { Node = node, Fence = fence, Text = "a command" });
    }

    private Story Operation(string process, string op, long from, long? until, string outcome, HistoryValue? asked, HistoryValue? answer = null)
    {
        var id = ++_id;
        Add(from, process, HistoryEvent.Invoke, op, id, asked);
        return until is { } end ? Add(end, process, outcome, op, id, answer) : this;
    }

    private Story Add(long at, string process, string type, string op, long id, HistoryValue? value)
    {
        _events.Add(new HistoryEvent(process, type, op, id, at * 1_000_000, Epoch + at, value));
        return this;
    }
}

namespace Teuthology.LockTest;

/// <summary>A lease that its client knows to have got, and what is certain of it.</summary>
internal sealed class LeaseLife(Operation claim, Record record)
{
    private List<Operation>? _ends;
    private List<Operation>? _renewals;
    private long? _processEnd;

    public Operation Claim { get; } = claim;

    public long Fence { get; } = claim.Answer.Fence ?? throw Lacks(claim, "fence");

    public IReadOnlyList<string> Nodes { get; } = claim.Answer.Nodes ?? throw Lacks(claim, "nodes");

    public string Owner { get; } = claim.Asked.Owner ?? throw Lacks(claim, "owner");

    /// <summary>Operations that may have ended it, for all or some of its machines.</summary>
    public IReadOnlyList<Operation> Ends => _ends ??=
    [
        .. record.Of("release").Where(o => o.MayHave && o.Asked.Fence == Fence),
        .. record.Of("break").Where(o => o.MayHave && o.Asked.Owner == Owner && o.Ended >= Claim.Invoked && (o.Asked.Nodes is not { } names || names.Intersect(Nodes).Any())),
    ];

    /// <summary>Operations that may have moved its end.</summary>
    public IReadOnlyList<Operation> Renewals => _renewals ??=
        [.. record.Operations.Where(o => o.Op is "renew" or "keep" && o.MayHave && o.Asked.Fence == Fence)];

    /// <summary>
    /// Whether it was valid from one moment to another, whatever of all that is uncertain took place: nothing that may have ended it was begun,
    /// and the store's clock cannot have shown its end since it was renewed last.
    /// </summary>
    /// <param name="from">First moment; the claim is known to have taken place before what happens in it.</param>
    /// <param name="to">Last moment.</param>
    public bool IsCertain(long from, long to)
    {
        if (Ends.Any(o => o.Invoked <= to) || DiedBy(to))
            return false;
        var (since, end) = End(from, to);
        return record.Clock.Latest(Math.Min(since, to), to) < end;
    }

    public override string ToString() => $"lease {Fence} of {Owner} on {string.Join(", ", Nodes)} ({Claim})";

    private static HistoryException Lacks(Operation claim, string what) => new($"{claim} has no value.{what}");

    // A lease that was cut loose before the process ended goes on.
    private bool DiedBy(long moment)
    {
        if (Claim.Asked.Controlled != true)
            return false;
        var end = _processEnd ??= record.EndOf(Claim.Process);
        return end <= moment && !Renewals.Any(o => o.Op == "keep" && o.Ok && o.Ended < end);
    }

    // The last write that certainly was before FROM counts, and any that may have come after it.
    private (long Since, double Earliest) End(long from, long to)
    {
        var last = Renewals.Where(o => o.Ok && o.Ended <= from).MaxBy(o => o.Ended);
        var end = EndBy(last ?? Claim, to);
        foreach (var other in Renewals.Where(o => o != last && o.Invoked <= to && (last is null || o.Ended > last.Invoked)))
            end = Math.Min(end, EndBy(other, to));
        return (last?.Invoked ?? Claim.Invoked, end);
    }

    private double EndBy(Operation write, long to) => write.Op == "keep"
        ? double.MaxValue
        : record.Clock.Earliest(write.Invoked, Math.Min(write.Ended, Math.Max(to, write.Invoked))) + (write.Asked.Duration ?? throw Lacks(write, "duration"));
}

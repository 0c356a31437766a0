namespace Teuthology.LockTest;

/// <summary>An operation from its invocation to its end.</summary>
/// <param name="Invoked">When it began, monotonic nanoseconds: it took place no earlier.</param>
/// <param name="Ended">When its answer came: it took place no later; <see cref="long.MaxValue"/> when nobody knows.</param>
/// <param name="Outcome"><c>ok</c>, <c>fail</c> or <c>info</c>.</param>
/// <param name="Asked">What was asked.</param>
/// <param name="Answer">What was answered.</param>
internal sealed record Operation(string Process, string Op, long Id, int Line, long Invoked, long Ended, string Outcome, HistoryValue Asked, HistoryValue Answer)
{
    public bool Ok => Outcome == HistoryEvent.Ok;

    /// <summary>Whether it may have taken place.</summary>
    public bool MayHave => Outcome != HistoryEvent.Fail;

    public override string ToString() => $"line {Line}: {Op} {Id} of {Process}";
}

namespace Teuthology.Xunit;

/// <summary>Two filters joined by <c>&amp;</c> or <c>|</c>.</summary>
/// <param name="left">The one before the sign.</param>
/// <param name="both">True for <c>&amp;</c>.</param>
/// <param name="right">The one behind the sign.</param>
internal sealed class FilterJunction(CaseFilter left, bool both, CaseFilter right) : CaseFilter
{
    public override IEnumerable<FilterCondition> Asked => left.Asked.Concat(right.Asked);

    public override bool? Evaluate(Func<string, IReadOnlyList<string>?> valuesOf)
    {
        var decided = !both;
        var first = left.Evaluate(valuesOf);
        if (first == decided)
            return decided;
        var second = right.Evaluate(valuesOf);
        if (second == decided)
            return decided;
        return first is null || second is null ? null : both;
    }
}

namespace Teuthology.Xunit;

/// <summary>One comparison; case is ignored, as VSTest does, and one of several values is enough.</summary>
/// <param name="property">Name of a trait, or <c>FullyQualifiedName</c> or <c>DisplayName</c>.</param>
/// <param name="contains">True for <c>~</c>, false for <c>=</c>.</param>
/// <param name="negated">True for <c>!=</c> and <c>!~</c>.</param>
/// <param name="value">What it is compared with.</param>
internal sealed class FilterCondition(string property, bool contains, bool negated, string value) : CaseFilter
{
    /// <summary>Name of the property.</summary>
    public string Property => property;

    /// <summary>What it is compared with.</summary>
    public string Value => value;

    public override IEnumerable<FilterCondition> Asked => negated ? [] : [this];

    public override bool? Evaluate(Func<string, IReadOnlyList<string>?> valuesOf)
    {
        if (valuesOf(property) is not { } values)
            return null;
        foreach (var candidate in values)
        {
            if (contains ? candidate.Contains(value, StringComparison.OrdinalIgnoreCase) : candidate.Equals(value, StringComparison.OrdinalIgnoreCase))
                return !negated;
        }

        return negated;
    }
}

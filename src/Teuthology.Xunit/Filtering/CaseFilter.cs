namespace Teuthology.Xunit;

/// <summary>
/// A filter of test cases in VSTest's language (<c>name=value</c>, <c>!=</c>, <c>~</c>, <c>!~</c>, <c>&amp;</c>, <c>|</c>, parentheses,
/// backslash before a special character). It is three-valued: a property that nobody knows yet may hold or not, so that a whole suite
/// can be ruled out by its name alone and nothing is ruled out that VSTest would run.
/// </summary>
internal abstract class CaseFilter
{
    /// <summary>Whether the filter holds; null when <paramref name="valuesOf"/> does not know enough.</summary>
    /// <param name="valuesOf">The values of a property by name, null when unknown.</param>
    public abstract bool? Evaluate(Func<string, IReadOnlyList<string>?> valuesOf);

    /// <summary>False only when the filter is sure not to hold.</summary>
    /// <param name="valuesOf">The values of a property by name, null when unknown.</param>
    public bool MayMatch(Func<string, IReadOnlyList<string>?> valuesOf) => Evaluate(valuesOf) != false;

    /// <summary>The conditions that ask for a value (<c>=</c> and <c>~</c>), wherever they stand.</summary>
    public abstract IEnumerable<FilterCondition> Asked { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The filter's text.</param>
    /// <returns>Null when there is none or VSTest would not understand it either: then nothing is ruled out.</returns>
    public static CaseFilter? Parse(string? text) => string.IsNullOrWhiteSpace(text) ? null : new FilterParser(text).Parse();
}

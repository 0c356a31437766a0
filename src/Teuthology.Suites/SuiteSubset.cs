using System.Globalization;
using System.Numerics;

namespace Teuthology.Suites;

/// <summary>Piece <paramref name="Index"/> of <paramref name="Count"/> equal pieces of a suite; each piece has every fragment in it.</summary>
/// <param name="Index">Which piece, from 0.</param>
/// <param name="Count">How many pieces; 1 and less mean the whole suite, whatever <paramref name="Index"/>, as upstream.</param>
public sealed record SuiteSubset(long Index, long Count)
{
    /// <summary>Reads <c>i/n</c>.</summary>
    /// <param name="text">For example <c>3/20</c>.</param>
    /// <exception cref="ConfigurationException">The text is not of that form, or i is not below n.</exception>
    public static SuiteSubset Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var index)
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count))
            return new SuiteSubset(index, count).Checked();
        throw new ConfigurationException($"the subset '{text}' is not of the form i/n, for example 0/20");
    }

    /// <summary><c>i/n</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    internal SuiteSubset Checked() => Count <= 1 || Index < Count
        ? this
        : throw new ConfigurationException($"there is no subset {this}: the last of {Count} is {Count - 1}/{Count}");
}

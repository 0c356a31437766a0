using System.Globalization;
using System.Numerics;

namespace Teuthology.Suites;

/// <summary>Piece <paramref name="Index"/> of <paramref name="Count"/> equal pieces of a suite; each piece has every fragment in it.</summary>
/// <param name="Index">Which piece, from 0.</param>
/// <param name="Count">How many pieces; 1 and less mean the whole suite, whatever <paramref name="Index"/>, as upstream.</param>
public sealed record SuiteSubset(long Index, long Count)
{
    private const string PairwiseWord = "pairwise";

    /// <summary>With a number t: as few jobs as can be found that together have every t fragments that some job has together. Null for pieces.</summary>
    public int? Strength { get; private init; }

    /// <summary>Every <paramref name="strength"/> fragments that some job has together, in as few jobs as can be found.</summary>
    /// <param name="strength">How many fragments, from 1 to 6; 2 for pairs.</param>
    public static SuiteSubset Pairwise(int strength = 2) => new(0, 1) { Strength = strength };

    /// <summary>Reads <c>i/n</c>, <c>pairwise</c> or <c>pairwise:t</c>.</summary>
    /// <param name="text">For example <c>3/20</c>.</param>
    /// <exception cref="ConfigurationException">The text is not of that form, i is not below n, or t not from 1 to 6.</exception>
    public static SuiteSubset Parse(string text)
    {
        if (text == PairwiseWord)
            return Pairwise();
        if (text.StartsWith(PairwiseWord, StringComparison.Ordinal))
        {
            return text[PairwiseWord.Length] == ':' && int.TryParse(text[(PairwiseWord.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var strength) && strength is >= 1 and <= 6
                ? Pairwise(strength)
                : throw new ConfigurationException($"the subset '{text}' is not pairwise or pairwise:t with t from 1 to 6, for example pairwise:3");
        }

        var parts = text.Split('/');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var index)
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count))
            return new SuiteSubset(index, count).Checked();
        throw new ConfigurationException($"the subset '{text}' is not of the form i/n, for example 0/20, nor pairwise or pairwise:3");
    }

    /// <summary>What <see cref="Parse"/> reads.</summary>
    public override string ToString() => Strength is { } strength
        ? strength == 2 ? PairwiseWord : string.Create(CultureInfo.InvariantCulture, $"{PairwiseWord}:{strength}")
        : string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    internal SuiteSubset Checked() => Count <= 1 || Index < Count
        ? this
        : throw new ConfigurationException($"there is no subset {this}: the last of {Count} is {Count - 1}/{Count}");
}

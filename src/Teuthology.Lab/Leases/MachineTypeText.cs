namespace Teuthology.Lab;

/// <summary>Kinds of machine as people write them, one or several: <c>smithi</c>, <c>smithi,mira</c>, <c>smithi|mira</c>.</summary>
public static class MachineTypeText
{
    private static readonly char[] Separators = [',', '|', ' ', '\t'];

    /// <summary>Reads the kinds; commas, bars and blanks divide them, as upstream's <c>lock_many</c> and its wire do.</summary>
    /// <param name="text">What was written; null for every kind.</param>
    /// <returns>The kinds, each once; empty for every kind.</returns>
    public static IReadOnlyList<string> Parse(string? text) =>
        [.. (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}

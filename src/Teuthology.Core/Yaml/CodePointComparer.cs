namespace Teuthology.Yaml;

/// <summary>Orders texts by code point, as Python does; differs from ordinal order where characters past U+FFFF meet U+E000 and above.</summary>
public sealed class CodePointComparer : IComparer<string>
{
    private CodePointComparer()
    {
    }

    /// <summary>The comparer.</summary>
    public static CodePointComparer Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var same = x.AsSpan().CommonPrefixLength(y);
        if (same == x.Length || same == y.Length)
            return x.Length.CompareTo(y.Length);
        return Rank(x[same]).CompareTo(Rank(y[same]));
    }

    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}

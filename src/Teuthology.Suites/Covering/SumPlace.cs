namespace Teuthology.Suites;

/// <summary>One of several. A child stands for the values from <paramref name="firsts"/> on, up to the next child's.</summary>
internal sealed class SumPlace(SumNode sum, Place[] children, int factor, int[] firsts, bool[] isValue) : Place(sum.Size)
{
    public override WideInt IndexOf(ReadOnlySpan<int> row)
    {
        var chosen = 0;
        if (factor >= 0)
        {
            chosen = Array.BinarySearch(firsts, row[factor]);
            if (chosen < 0)
                chosen = ~chosen - 1;
        }

        var inner = children[chosen].IndexOf(row);
        return inner < 0 ? -1 : Before(chosen, inner);
    }

    public override void Read(WideInt index, Span<int> row)
    {
        var (child, inner) = sum.Locate(index % Size);
        if (isValue[child])
            row[factor] = firsts[child];
        children[child].Read(inner, row);
    }

    /// <summary>How much comes before a child's selection: k of s stands at k/s of the way, and at the same place earlier children come first.</summary>
    private WideInt Before(int chosen, WideInt inner)
    {
        var (own, index) = (children[chosen].Size, WideInt.Zero);
        for (var i = 0; i < children.Length; i++)
        {
            var share = checked(inner * children[i].Size);
            index += i == chosen ? inner : i < chosen ? (share / own) + 1 : (share + own - 1) / own;
        }

        return index;
    }
}

namespace Teuthology.Suites;

/// <summary>A piece of what is inside.</summary>
internal sealed class SubsetPlace(Place inner, Int128 first, Int128 size) : Place(size)
{
    public override Int128 IndexOf(ReadOnlySpan<int> row)
    {
        var index = inner.IndexOf(row);
        return index >= first && index < first + Size ? index - first : -1;
    }

    public override void Read(Int128 index, Span<int> row) => inner.Read(index + first, row);
}

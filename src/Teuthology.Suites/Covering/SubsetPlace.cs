namespace Teuthology.Suites;

/// <summary>A piece of what is inside.</summary>
internal sealed class SubsetPlace(Place inner, WideInt first, WideInt size) : Place(size)
{
    public override WideInt IndexOf(ReadOnlySpan<int> row)
    {
        var index = inner.IndexOf(row);
        return index >= first && index < first + Size ? index - first : -1;
    }

    public override void Read(WideInt index, Span<int> row) => inner.Read(index + first, row);
}

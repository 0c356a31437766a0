namespace Teuthology.Suites;

/// <summary>A file, or a directory that gives one selection whatever is in it.</summary>
internal sealed class FixedPlace() : Place(1)
{
    public override WideInt IndexOf(ReadOnlySpan<int> row) => 0;

    public override void Read(WideInt index, Span<int> row)
    {
    }
}

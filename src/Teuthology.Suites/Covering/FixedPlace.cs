namespace Teuthology.Suites;

/// <summary>A file, or a directory that gives one selection whatever is in it.</summary>
internal sealed class FixedPlace() : Place(1)
{
    public override Int128 IndexOf(ReadOnlySpan<int> row) => 0;

    public override void Read(Int128 index, Span<int> row)
    {
    }
}

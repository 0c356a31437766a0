namespace Teuthology.Suites;

/// <summary>A node of the matrix as choices: which values an index stands for, and which index given values have.</summary>
internal abstract class Place(WideInt size)
{
    /// <summary>How many selections there are.</summary>
    public WideInt Size { get; } = size;

    /// <summary>The index that has the values <paramref name="row"/>, which holds a value for each factor that exists with the others.</summary>
    /// <returns>-1 when a nested subset leaves that combination out.</returns>
    public abstract WideInt IndexOf(ReadOnlySpan<int> row);

    /// <summary>Writes the values that <paramref name="index"/> stands for into <paramref name="row"/>.</summary>
    public abstract void Read(WideInt index, Span<int> row);
}

namespace Teuthology.Suites;

/// <summary>A file or directory of a suite as a set of selections that are made when they are asked for.</summary>
internal abstract class MatrixNode
{
    /// <summary>How many selections there are.</summary>
    public abstract WideInt Size { get; }

    /// <summary>How many selections in a row hold every fragment at least once.</summary>
    public abstract WideInt ScanLength { get; }

    /// <summary>True when a selection depends on random draws, hence on the selections made before.</summary>
    public abstract bool Draws { get; }

    /// <summary>What the file or directory is made of: entries in the order of their names, the inside of a subset; nothing for a file.</summary>
    public virtual IReadOnlyList<MatrixNode> Children => [];

    /// <summary>Into how many pieces with every fragment in each the selections can be cut.</summary>
    /// <exception cref="ConfigurationException">There is nothing to cut.</exception>
    public WideInt Pieces(string directory) => ScanLength != 0
        ? Size / ScanLength
        : throw new ConfigurationException($"nothing is left of {directory}: a '%' in it asks for more parts than there are combinations");

    /// <summary>The selection at <paramref name="index"/>; an index past the end goes on as upstream's does.</summary>
    /// <param name="index">Index.</param>
    /// <param name="random">Source of draws; not used without <see cref="Draws"/>.</param>
    /// <exception cref="ConfigurationException">The index leads past a nested subset, or there is nothing to draw from.</exception>
    public abstract Selection At(WideInt index, PythonRandom random);

    /// <summary>Writes the selection at <paramref name="index"/> instead of making it.</summary>
    /// <param name="index">As in <see cref="At"/>.</param>
    /// <param name="random">As in <see cref="At"/>.</param>
    /// <param name="line">Takes its text and its parts.</param>
    /// <exception cref="ConfigurationException">As in <see cref="At"/>.</exception>
    public virtual void Put(WideInt index, PythonRandom random, JobLine line) => line.Put(At(index, random));

    /// <summary>Makes the draws of the selection at <paramref name="index"/>, not the selection.</summary>
    /// <param name="index">Index.</param>
    /// <param name="random">Source of draws.</param>
    public abstract void Skip(WideInt index, PythonRandom random);

    /// <summary>Remainder that has the sign of the divisor, as Python's.</summary>
    protected static WideInt Modulo(WideInt value, WideInt divisor)
    {
        if (value >= 0 && value < divisor)
            return value;
        var rest = value % divisor;
        return rest < 0 ? rest + divisor : rest;
    }
}

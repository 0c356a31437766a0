namespace Teuthology.Suites;

/// <summary>One of several equal pieces of a matrix.</summary>
internal sealed class SubsetNode(MatrixNode inner, WideInt piece, WideInt pieces, string directory) : MatrixNode
{
    public override WideInt Size { get; } = inner.Size / pieces;

    public override WideInt ScanLength => inner.ScanLength;

    public override bool Draws => inner.Draws;

    public override IReadOnlyList<MatrixNode> Children => [inner];

    /// <summary>Where in the whole the piece begins.</summary>
    public WideInt First => checked(piece * Size);

    public override Selection At(WideInt index, PythonRandom random) => inner.At(Inner(index), random);

    public override void Put(WideInt index, PythonRandom random, JobLine line) => inner.Put(Inner(index), random, line);

    public override void Skip(WideInt index, PythonRandom random) => inner.Skip(Inner(index), random);

    private WideInt Inner(WideInt index)
    {
        var shifted = checked(index + (piece * Size));
        return shifted < inner.Size
            ? shifted
            : throw new ConfigurationException(
                $"the number in {directory}/% makes a subset that the product around it reads past the end of (upstream fails so too); use --no-nested-subset, another seed, or a larger facet beside it");
    }
}

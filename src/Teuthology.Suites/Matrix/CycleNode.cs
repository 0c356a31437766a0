namespace Teuthology.Suites;

/// <summary>A matrix several times over.</summary>
internal sealed class CycleNode(MatrixNode inner, WideInt times) : MatrixNode
{
    public override WideInt Size { get; } = checked(inner.Size * times);

    public override WideInt ScanLength => inner.ScanLength;

    public override bool Draws => inner.Draws;

    public override IReadOnlyList<MatrixNode> Children => [inner];

    public override Selection At(WideInt index, PythonRandom random) => inner.At(Modulo(index, inner.Size), random);

    public override void Put(WideInt index, PythonRandom random, JobLine line) => inner.Put(Modulo(index, inner.Size), random, line);

    public override void Skip(WideInt index, PythonRandom random) => inner.Skip(Modulo(index, inner.Size), random);
}

namespace Teuthology.Suites;

/// <summary>A matrix several times over.</summary>
internal sealed class CycleNode(MatrixNode inner, Int128 times) : MatrixNode
{
    public override Int128 Size { get; } = checked(inner.Size * times);

    public override Int128 ScanLength => inner.ScanLength;

    public override bool Draws => inner.Draws;

    public override IReadOnlyList<MatrixNode> Children => [inner];

    public override Selection At(Int128 index, PythonRandom random) => inner.At(Modulo(index, inner.Size), random);

    public override void Put(Int128 index, PythonRandom random, JobLine line) => inner.Put(Modulo(index, inner.Size), random, line);

    public override void Skip(Int128 index, PythonRandom random) => inner.Skip(Modulo(index, inner.Size), random);
}

namespace Teuthology.Suites;

/// <summary>A few jobs of a matrix, each as it is there: with the draws that it gets when all jobs are listed.</summary>
internal sealed class ChosenNode(SuiteMatrix matrix, IReadOnlyList<Int128> indexes) : MatrixNode
{
    public override Int128 Size => indexes.Count;

    public override Int128 ScanLength => indexes.Count;

    // The draws come from the whole matrix, whatever was drawn here before.
    public override bool Draws => false;

    public override IReadOnlyList<MatrixNode> Children => [matrix.Root];

    public override Selection At(Int128 index, PythonRandom random) => matrix.Root.At(indexes[(int)index], matrix.DrawsAt(indexes[(int)index]));

    public override void Put(Int128 index, PythonRandom random, JobLine line) => matrix.Root.Put(indexes[(int)index], matrix.DrawsAt(indexes[(int)index]), line);

    public override void Skip(Int128 index, PythonRandom random)
    {
    }
}

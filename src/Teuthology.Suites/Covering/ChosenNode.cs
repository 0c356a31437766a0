namespace Teuthology.Suites;

/// <summary>A few jobs of a matrix, each as it is there: with the draws that it gets when all jobs are listed.</summary>
internal sealed class ChosenNode(SuiteMatrix matrix, IReadOnlyList<WideInt> indexes) : MatrixNode
{
    public override WideInt Size => indexes.Count;

    public override WideInt ScanLength => indexes.Count;

    // The draws come from the whole matrix, whatever was drawn here before.
    public override bool Draws => false;

    public override IReadOnlyList<MatrixNode> Children => [matrix.Root];

    public override Selection At(WideInt index, PythonRandom random) => matrix.Root.At(indexes[(int)index], matrix.DrawsAt(indexes[(int)index]));

    public override void Put(WideInt index, PythonRandom random, JobLine line) => matrix.Root.Put(indexes[(int)index], matrix.DrawsAt(indexes[(int)index]), line);

    public override void Skip(WideInt index, PythonRandom random)
    {
    }
}

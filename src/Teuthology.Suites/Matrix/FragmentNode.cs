namespace Teuthology.Suites;

/// <summary>One YAML file.</summary>
internal sealed class FragmentNode(string text, string path) : MatrixNode
{
    private readonly Selection _selection = new(text, [path]);

    /// <summary>The file, relative to the suite's directory.</summary>
    public string Path => path;

    public override WideInt Size => 1;

    public override WideInt ScanLength => 1;

    public override bool Draws => false;

    public override Selection At(WideInt index, PythonRandom random) => _selection;

    public override void Skip(WideInt index, PythonRandom random)
    {
    }
}

namespace Teuthology.Suites;

/// <summary>A directory with <c>$</c>: one child, drawn at random whenever a selection is made.</summary>
internal sealed class PickNode(DirectoryName name, IReadOnlyList<MatrixNode> children, string directory) : MatrixNode
{
    private readonly Selection?[] _cache = new Selection?[children.Count];

    public override WideInt Size => 1;

    public override WideInt ScanLength => 1;

    public override bool Draws => true;

    public override IReadOnlyList<MatrixNode> Children => children;

    public override Selection At(WideInt index, PythonRandom random)
    {
        var drawn = Draw(random);
        return children[drawn].Draws ? Pick(drawn, random) : _cache[drawn] ??= Pick(drawn, random);
    }

    public override void Skip(WideInt index, PythonRandom random)
    {
        var drawn = Draw(random);
        if (children[drawn].Draws)
            children[drawn].Skip(drawn, random);
    }

    private Selection Pick(int drawn, PythonRandom random)
    {
        var child = children[drawn].At(drawn, random);
        return new Selection($"{name.Before}{{{child.Text}}}", child.Fragments);
    }

    private int Draw(PythonRandom random) => children.Count > 0
        ? random.RandInt(0, children.Count - 1)
        : throw new ConfigurationException($"{directory} is to give one of its fragments at random and has none; add a .yaml file");
}

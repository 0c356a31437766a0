using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>A directory with <c>+</c>: everything in it together is one selection.</summary>
/// <param name="name">The directory.</param>
/// <param name="children">What is in it; their texts still hold <c>.yaml</c>, by which upstream sorts.</param>
/// <param name="keepsExtension">True within another <c>+</c>, which sorts by it too.</param>
internal sealed class ConcatNode(DirectoryName name, IReadOnlyList<MatrixNode> children, bool keepsExtension) : MatrixNode
{
    private Selection? _only;

    public override WideInt Size => 1;

    public override WideInt ScanLength => 1;

    public override bool Draws { get; } = children.Any(c => c.Draws);

    public override IReadOnlyList<MatrixNode> Children => children;

    public override Selection At(WideInt index, PythonRandom random) => Draws ? Together(random) : _only ??= Together(random);

    public override void Skip(WideInt index, PythonRandom random)
    {
        foreach (var child in children.Where(c => c.Draws))
            for (WideInt i = 0; i < child.Size; i++)
                child.Skip(i, random);
    }

    private Selection Together(PythonRandom random)
    {
        // Equal selections count once, and so does a fragment that several of them hold.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var texts = new List<string>();
        var paths = new SortedSet<string>(FragmentOrder.Instance);
        foreach (var child in children)
        {
            for (WideInt i = 0; i < child.Size; i++)
            {
                var selection = child.At(i, random);
                if (!seen.Add(string.Join('\0', [selection.Text, .. selection.Fragments])))
                    continue;
                texts.Add(selection.Text);
                paths.UnionWith(selection.Fragments);
            }
        }

        texts.Sort(CodePointComparer.Instance);
        var text = $"{name.Before}{{{string.Join(' ', texts)}}}";
        return new Selection(keepsExtension ? text : SuiteReader.WithoutExtension(text), [.. paths]);
    }
}

namespace Teuthology.Suites;

/// <summary>
/// The choices in a suite. A factor is a plain directory with two entries or more; plain directories right below it are part of it, and their entries
/// are its values. What lies below a value exists only when the value is chosen. Entries of <c>+</c> come together and those of <c>$</c> by chance:
/// neither is a choice.
/// </summary>
internal sealed class CoveringModel
{
    private readonly List<Factor> _factors = [];
    private readonly List<int> _factorOf = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, (int Value, bool IsDrawn)> _ownerOf = new(StringComparer.Ordinal);
    private readonly List<int> _fragments = [];

    /// <summary>The choices of the matrix <paramref name="root"/>.</summary>
    public CoveringModel(MatrixNode root)
    {
        Root = Build(root, 0, parent: -1);
        var below = new List<int>[_names.Count];
        for (var factor = 0; factor < _factors.Count; factor++)
            if (_factors[factor].Parent is var parent and >= 0)
                (below[parent] ??= []).Add(factor);
        Below = [.. below.Select(f => (IReadOnlyList<int>)(f ?? []))];
        TopFactors = [.. Enumerable.Range(0, _factors.Count).Where(f => _factors[f].Parent < 0)];
    }

    /// <summary>Translates between indexes and values.</summary>
    public Place Root { get; }

    /// <summary>True when a number in a <c>%</c> leaves combinations out.</summary>
    public bool HasNestedSubsets { get; private set; }

    /// <summary>All factors; those below a value come after its own.</summary>
    public IReadOnlyList<Factor> Factors => _factors;

    /// <summary>The factors that every job has.</summary>
    public IReadOnlyList<int> TopFactors { get; }

    /// <summary>The factors below each value.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Below { get; }

    /// <summary>How many values there are, in all factors together.</summary>
    public int ValueCount => _names.Count;

    /// <summary>Every fragment, by its path relative to the suite's directory, with the innermost value that brings it (-1: in every job), and whether <c>$</c> draws it.</summary>
    public IReadOnlyDictionary<string, (int Value, bool IsDrawn)> Fragments => _ownerOf;

    /// <summary>The factor of a value.</summary>
    public int FactorOf(int value) => _factorOf[value];

    /// <summary>The file or directory of a value, relative to the suite's directory.</summary>
    public string NameOf(int value) => _names[value];

    /// <summary>How many fragments a value brings by itself, without those of the choices below it and those that are drawn.</summary>
    public int FragmentsOf(int value) => _fragments[value];

    /// <summary>The value under which <paramref name="value"/> exists, -1 for none.</summary>
    public int ParentOf(int value) => _factors[_factorOf[value]].Parent;

    private static string PathOf(MatrixNode node, int depth)
    {
        while (node is not FragmentNode)
        {
            if (node.Children.Count == 0)
                return "";
            node = node.Children[0];
        }

        return string.Join('/', ((FragmentNode)node).Path.Split('/').Take(depth));
    }

    private static void Flatten(SumNode sum, int depth, List<(MatrixNode Node, int Depth)> into)
    {
        foreach (var child in sum.Children)
            if (child is SumNode inner)
                Flatten(inner, depth + 1, into);
            else
                into.Add((child, depth + 1));
    }

    private Place Build(MatrixNode node, int depth, int parent)
    {
        switch (node)
        {
            case SumNode sum:
                var values = new List<(MatrixNode Node, int Depth)>();
                Flatten(sum, depth, values);
                if (values.Count > 1)
                    AddFactor(values, PathOf(sum, depth), parent);
                var next = values.Count > 1 ? _factors[^1].First : -1;
                return Build(sum, depth, parent, values.Count > 1 ? _factors.Count - 1 : -1, ref next);
            case ProductNode product:
                return new ProductPlace([.. product.Children.Select(c => Build(c, depth + 1, parent))], product.Size);
            case SubsetNode subset:
                HasNestedSubsets = true;
                return new SubsetPlace(Build(subset.Children[0], depth, parent), subset.First, subset.Size);
            case CycleNode:
                throw new InvalidOperationException("a matrix that is cut into pieces has no model");
            default:
                AddFragments(node, parent, isDrawn: false);
                return new FixedPlace();
        }
    }

    private SumPlace Build(SumNode sum, int depth, int parent, int factor, ref int next)
    {
        var places = new Place[sum.Children.Count];
        var firsts = new int[places.Length];
        var isValue = new bool[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            firsts[i] = next;
            if (sum.Children[i] is SumNode inner)
                places[i] = Build(inner, depth + 1, parent, factor, ref next);
            else
            {
                isValue[i] = factor >= 0;
                places[i] = Build(sum.Children[i], depth + 1, factor >= 0 ? next : parent);
                next++;
            }
        }

        return new SumPlace(sum, places, factor, firsts, isValue);
    }

    private void AddFactor(List<(MatrixNode Node, int Depth)> values, string name, int parent)
    {
        _factors.Add(new Factor(_names.Count, values.Count, parent, name));
        foreach (var (node, depth) in values)
        {
            _names.Add(SuiteReader.WithoutExtension(PathOf(node, depth)));
            _factorOf.Add(_factors.Count - 1);
            _fragments.Add(0);
        }
    }

    private void AddFragments(MatrixNode node, int parent, bool isDrawn)
    {
        if (node is FragmentNode fragment)
        {
            _ownerOf[fragment.Path] = (parent, isDrawn);
            if (parent >= 0 && !isDrawn)
                _fragments[parent]++;
        }

        foreach (var child in node.Children)
            AddFragments(child, parent, isDrawn || node is PickNode);
    }
}

using System.IO.Enumeration;
using System.Numerics;
using System.Text;
using Teuthology.Files;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Makes the matrix of a suite out of its directory by upstream's rules; reads names and the numbers in <c>%</c>, no YAML.</summary>
internal sealed class SuiteReader(string root, bool noNestedSubset, PythonRandom random)
{
    /// <summary>Deeper only a link to a parent directory leads; the system itself gives up after 40 links.</summary>
    private const int Deepest = 32;

    /// <summary>Bytes of a '%': Python reads integers of 4300 digits, each up to four bytes, and space around them.</summary>
    private const int LongestNumber = 64 << 10;

    // Hidden files count: a directory with nothing but one is not an empty directory.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>The text of a description without <c>.yaml</c>, wherever it stands.</summary>
    public static string WithoutExtension(string text) => text.Replace(".yaml", "", StringComparison.Ordinal);

    /// <summary>The matrix of the suite; null when there is nothing in it.</summary>
    /// <param name="pieces">Into how many pieces it must be possible to cut it.</param>
    public MatrixNode? Read(WideInt pieces)
    {
        var entry = new Entry(Path.GetFileName(root), Directory.Exists(root), IsOdd: true);
        try
        {
            return Read(new Place(root, "", "", 0, KeepsExtension: false), entry, pieces);
        }
        catch (OverflowException)
        {
            throw new ConfigurationException($"{root} has more than 1.7E+038 combinations; split it or use fewer facets");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read the suite {root}: {e.Message}", inner: e);
        }
    }

    private MatrixNode? Read(Place at, Entry entry, WideInt pieces)
    {
        if (entry.Name.StartsWith('.'))
            return null;
        if (!entry.IsDirectory)
            return ReadFile(at, entry);
        if (at.Depth > Deepest)
            throw new ConfigurationException($"{at.Path} nests more than {Deepest} directories deep; does a symbolic link point to a directory above it?");
        if (entry.Name.EndsWith(".disable", StringComparison.Ordinal))
            return null;
        var entries = new List<Entry>(new FileSystemEnumerable<Entry>(
            at.Path,
            (ref FileSystemEntry e) => new Entry(e.FileName.ToString(), e.IsDirectory, e.Attributes.HasFlag(FileAttributes.ReparsePoint) || (!e.IsDirectory && e.Length == 0)),
            Everything));
        entries.Sort((x, y) => CodePointComparer.Instance.Compare(x.Name, y.Name));
        if (entries.Count == 0)
            return null;
        if (Take("+", entries))
            return new ConcatNode(new DirectoryName(at.Item), Nodes(at with { KeepsExtension = true }, entries, pieces), at.KeepsExtension);
        var drawsByFile = Take("$", entries);
        if (drawsByFile || entry.Name.EndsWith('$'))
        {
            Take("%", entries);
            return new PickNode(Name(at), Nodes(at, entries, pieces), at.Path);
        }

        return Take("%", entries) ? Product(at, entries, pieces) : Sum(at, entries, pieces);
    }

    private static DirectoryName Name(Place at) => new(at.KeepsExtension ? at.Item : WithoutExtension(at.Item));

    private static bool Take(string name, List<Entry> entries) => entries.RemoveAll(e => e.Name == name) > 0;

    private static FragmentNode? ReadFile(Place at, Entry entry)
    {
        if (entry.IsOdd)
            FragmentFile.Refuse(at.Path, PlainFile.KindOf(at.Path));
        return entry.Name.EndsWith(".yaml", StringComparison.Ordinal)
            ? new FragmentNode(at.KeepsExtension ? at.Item : WithoutExtension(at.Item), at.Relative)
            : null;
    }

    private List<ProductPart> Children(Place at, List<Entry> entries, WideInt pieces)
    {
        var children = new List<ProductPart>(entries.Count);
        foreach (var entry in entries)
            if (Read(at.Below(entry.Name), entry, pieces) is { } node)
                children.Add(new ProductPart(node, entry.Name, entry.IsDirectory));
        return children;
    }

    private MatrixNode[] Nodes(Place at, List<Entry> entries, WideInt pieces) => [.. Children(at, entries, pieces).ConvertAll(c => c.Node)];

    private MatrixNode Product(Place at, List<Entry> entries, WideInt pieces)
    {
        var divisor = Divisor(Path.Combine(at.Path, "%"));
        var facets = Children(at, entries, 0);
        if (facets.Count == 0)
            throw new ConfigurationException($"{at.Path} has a '%' and nothing to combine; add .yaml files or directories with some");
        MatrixNode product = new ProductNode(Name(at), [.. facets]);
        product = Repeated(product, checked(pieces * divisor), at.Path);
        return divisor > 1 ? new SubsetNode(product, (WideInt)random.RandInt(0, (BigInteger)divisor - 1), divisor, at.Path) : product;
    }

    private SumNode Sum(Place at, List<Entry> entries, WideInt pieces)
    {
        var children = new List<MatrixNode>(entries.Count);
        foreach (var entry in entries)
        {
            var child = at.Below(entry.Name);
            if (Read(child, entry, pieces) is { } node)
                children.Add(Repeated(node, pieces, child.Path));
        }

        if (children.Count == 0)
            throw new ConfigurationException($"{at.Path} has no .yaml file and no directory with one; remove it or name it '….disable'");
        if (children.FindIndex(c => c.Size == 0) >= 0)
            throw new ConfigurationException($"a '%' below {at.Path} asks for more parts than there are combinations; make its number smaller or use --no-nested-subset");
        return new SumNode(Name(at), [.. children]);
    }

    private static MatrixNode Repeated(MatrixNode node, WideInt pieces, string directory)
    {
        var has = node.Pieces(directory);
        if (has >= pieces)
            return node;
        return has > 0
            ? new CycleNode(node, (pieces + has - 1) / has)
            : throw new ConfigurationException($"nothing is left of {directory}: a '%' in it asks for more parts than there are combinations");
    }

    private WideInt Divisor(string file)
    {
        FragmentFile.Refuse(file, PlainFile.KindOf(file));
        var text = Encoding.UTF8.GetString(PlainFile.Read(file, LongestNumber));
        if (noNestedSubset || text.Length == 0)
            return 1;
        return PythonInteger.Parse(text) is { } number && number > 0 && number <= (BigInteger)WideInt.MaxValue
            ? (WideInt)number
            : throw new ConfigurationException($"{file} holds '{ShownText.Of(text.Trim())}'; it must be empty (no line break either) or hold an integer above 0");
    }

    /// <param name="Name">Its name.</param>
    /// <param name="IsDirectory">Whether it is one, through links.</param>
    /// <param name="IsOdd">It may be no file: a link, or without content as pipes, sockets and devices are.</param>
    private sealed record Entry(string Name, bool IsDirectory, bool IsOdd);

    private sealed record Place(string Path, string Item, string Relative, int Depth, bool KeepsExtension)
    {
        public Place Below(string name) => new(System.IO.Path.Combine(Path, name), name, Relative.Length == 0 ? name : $"{Relative}/{name}", Depth + 1, KeepsExtension);
    }
}

using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// A directory with <c>%</c>: one selection of each child (a facet) together. Going through the indexes in order moves through all facets at once;
/// where sizes have a common divisor, a facet is set back by one after each full cycle, so that every combination occurs once.
/// </summary>
internal sealed class ProductNode : MatrixNode
{
    private const int CacheLimit = 256;

    private static readonly LineText Close = new("}");

    private readonly Facet[] _facets;
    private readonly int[] _textOrder;
    private readonly int[] _mergeOrder;
    private readonly DirectoryName _name;
    private readonly LineText _open;
    private readonly Selection?[]? _cache;

    /// <summary>A product of one facet or more.</summary>
    public ProductNode(DirectoryName name, IReadOnlyList<(MatrixNode Node, string File, bool IsDirectory)> children)
    {
        _name = name;
        _open = new LineText(name.Before + "{");
        Children = [.. children.Select(c => c.Node)];
        // Smallest first, the earlier of two equals first: the order in which upstream makes draws.
        var order = Enumerable.Range(0, children.Count).OrderBy(i => children[i].Node.Size).ThenBy(i => i).ToArray();
        _facets = new Facet[order.Length];
        Int128 size = 1;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            _facets[i] = new Facet(children[order[i]].Node, size, isLast: i == order.Length - 1);
            size = checked(size * _facets[i].Size);
        }

        Size = size;
        var scan = children.Max(c => c.Node.ScanLength);
        ScanLength = scan + 1 > size ? size : scan + 1;
        Draws = children.Any(c => c.Node.Draws);
        var facets = Enumerable.Range(0, order.Length).ToArray();
        // A directory's text goes on with '/', which decides between names of which one begins with the other.
        _textOrder = [.. facets.OrderBy(f => children[order[f]].IsDirectory ? children[order[f]].File + "/" : children[order[f]].File, CodePointComparer.Instance)];
        _mergeOrder = [.. facets.OrderBy(f => children[order[f]].File, CodePointComparer.Instance)];
        _cache = !Draws && size <= CacheLimit ? new Selection?[(int)size] : null;
    }

    public override Int128 Size { get; }

    public override Int128 ScanLength { get; }

    public override bool Draws { get; }

    public override IReadOnlyList<MatrixNode> Children { get; }

    public override Selection At(Int128 index, PythonRandom random)
    {
        if (_cache is null || index < 0 || index >= _cache.Length)
            return Combine(index, random);
        return _cache[(int)index] ??= Combine(index, random);
    }

    public override void Put(Int128 index, PythonRandom random, JobLine line)
    {
        if (_cache is not null)
        {
            line.Put(At(index, random));
            return;
        }

        var parts = line.Room(_facets.Length);
        for (var i = 0; i < parts.Length; i++)
            parts[i] = _facets[i].Node.At(_facets[i].IndexAt(index), random);
        line.Write(_open);
        for (var i = 0; i < _textOrder.Length; i++)
            line.Write(parts[_textOrder[i]].Line, afterBlank: i > 0);
        line.Write(Close);
        foreach (var facet in _mergeOrder)
            line.Note(parts[facet]);
    }

    public override void Skip(Int128 index, PythonRandom random)
    {
        foreach (var facet in _facets)
            if (facet.Node.Draws)
                facet.Node.Skip(facet.IndexAt(index), random);
    }

    private Selection Combine(Int128 index, PythonRandom random)
    {
        var parts = new Selection[_facets.Length];
        var count = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = _facets[i].Node.At(_facets[i].IndexAt(index), random);
            count += parts[i].Fragments.Length;
        }

        var pieces = new string[(parts.Length * 2) + 2];
        var piece = 0;
        pieces[piece++] = _name.Before;
        foreach (var facet in _textOrder)
        {
            pieces[piece] = piece == 1 ? "{" : " ";
            pieces[piece + 1] = parts[facet].Text;
            piece += 2;
        }

        pieces[piece] = "}";
        var fragments = new string[count];
        var filled = 0;
        foreach (var facet in _mergeOrder)
        {
            parts[facet].Fragments.CopyTo(fragments, filled);
            filled += parts[facet].Fragments.Length;
        }

        return new Selection(string.Concat(pieces), fragments);
    }

    private readonly struct Facet
    {
        private readonly bool _isLast;
        private readonly Int128 _cycles;
        private readonly Int128 _cycleLength;

        // The same as machine words, 0 where they are too large: 128-bit division would take most of the time of a long list.
        private readonly ulong _wordCycles;
        private readonly ulong _wordCycleLength;
        private readonly ulong _wordSize;

        public Facet(MatrixNode node, Int128 sizeOfLargerOnes, bool isLast)
        {
            Node = node;
            Size = node.Size;
            _isLast = isLast;
            _cycles = Divisor(sizeOfLargerOnes, Size);
            _cycleLength = _cycles == 0 ? 0 : checked(sizeOfLargerOnes * Size) / _cycles;
            if (Size <= 0 || _cycleLength <= 0 || _cycleLength > long.MaxValue)
                return;
            _wordCycles = (ulong)_cycles;
            _wordCycleLength = (ulong)_cycleLength;
            _wordSize = (ulong)Size;
        }

        public MatrixNode Node { get; }

        public Int128 Size { get; }

        public Int128 IndexAt(Int128 index)
        {
            if (_isLast)
                return index;
            if (_wordSize > 0 && (UInt128)index <= long.MaxValue)
            {
                var word = (ulong)index;
                return (word < _wordCycleLength ? word : word - (word / _wordCycleLength % _wordCycles)) % _wordSize;
            }

            if (index >= 0 && index < _cycleLength)
                return index % Size;
            var cycle = (index - Modulo(index, _cycleLength)) / _cycleLength;
            return Modulo(index - Modulo(cycle, _cycles), Size);
        }

        private static Int128 Divisor(Int128 a, Int128 b)
        {
            while (b != 0)
                (a, b) = (b, a % b);
            return a;
        }
    }
}

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
    public ProductNode(DirectoryName name, ProductPart[] parts)
    {
        _name = name;
        _open = new LineText(name.Before + "{");
        Children = Array.ConvertAll(parts, part => part.Node);
        // Smallest first, the earlier of two equals first: the order in which upstream makes draws.
        var order = Order(parts.Length, (x, y) => parts[x].Node.Size.CompareTo(parts[y].Node.Size));
        _facets = new Facet[order.Length];
        WideInt size = 1;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            _facets[i] = new Facet(parts[order[i]].Node, size, isLast: i == order.Length - 1);
            size = checked(size * _facets[i].Size);
        }

        Size = size;
        WideInt scan = 0;
        foreach (var part in parts)
        {
            scan = WideInt.Max(scan, part.Node.ScanLength);
            Draws |= part.Node.Draws;
        }

        ScanLength = scan + 1 > size ? size : scan + 1;
        // A directory's text goes on with '/', which decides between names of which one begins with the other.
        _textOrder = Order(order.Length, (x, y) => CodePointComparer.Instance.Compare(parts[order[x]].Text, parts[order[y]].Text));
        _mergeOrder = Order(order.Length, (x, y) => CodePointComparer.Instance.Compare(parts[order[x]].File, parts[order[y]].File));
        _cache = !Draws && size <= CacheLimit ? new Selection?[(int)size] : null;
    }

    public override WideInt Size { get; }

    public override WideInt ScanLength { get; }

    public override bool Draws { get; }

    public override IReadOnlyList<MatrixNode> Children { get; }

    public override Selection At(WideInt index, PythonRandom random)
    {
        if (_cache is null || index < 0 || index >= _cache.Length)
            return Combine(index, random);
        return _cache[(int)index] ??= Combine(index, random);
    }

    public override void Put(WideInt index, PythonRandom random, JobLine line)
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

    public override void Skip(WideInt index, PythonRandom random)
    {
        foreach (var facet in _facets)
            if (facet.Node.Draws)
                facet.Node.Skip(facet.IndexAt(index), random);
    }

    /// <summary>The numbers below <paramref name="count"/> in order; equal ones stay as they are.</summary>
    private static int[] Order(int count, Comparison<int> comparison)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = i;
            for (; at > 0 && comparison(order[at - 1], i) > 0; at--)
                order[at] = order[at - 1];
            order[at] = i;
        }

        return order;
    }

    private Selection Combine(WideInt index, PythonRandom random)
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
        private readonly WideInt _cycles;
        private readonly WideInt _cycleLength;

        // The same as machine words, 0 where they are too large.
        private readonly ulong _wordCycles;
        private readonly ulong _wordCycleLength;
        private readonly ulong _wordSize;

        public Facet(MatrixNode node, WideInt sizeOfLargerOnes, bool isLast)
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

        public WideInt Size { get; }

        public WideInt IndexAt(WideInt index)
        {
            if (_isLast)
                return index;
            if (_wordSize > 0 && index >= 0 && index <= long.MaxValue)
            {
                var word = (ulong)index;
                return (long)((word < _wordCycleLength ? word : word - (word / _wordCycleLength % _wordCycles)) % _wordSize);
            }

            if (index >= 0 && index < _cycleLength)
                return index % Size;
            var cycle = (index - Modulo(index, _cycleLength)) / _cycleLength;
            return Modulo(index - Modulo(cycle, _cycles), Size);
        }

        private static WideInt Divisor(WideInt a, WideInt b)
        {
            while (b != 0)
                (a, b) = (b, a % b);
            return a;
        }
    }
}

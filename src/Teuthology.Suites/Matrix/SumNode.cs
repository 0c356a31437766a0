namespace Teuthology.Suites;

/// <summary>
/// A plain directory: the selections of its children mixed evenly. Selection k of a child with s of them stands at k/s of the way, and at the same
/// place earlier children come first. Where index i leads is found by counting what stands before a place, so nothing is listed up front.
/// </summary>
internal sealed class SumNode : MatrixNode
{
    private const int CacheLimit = 256;
    private const int BlockLength = 1024;

    private readonly MatrixNode[] _children;
    private readonly DirectoryName _name;
    private readonly LineText _before;
    private readonly Selection?[]? _cache;
    private Block? _lastBlock;

    /// <summary>A sum of children of which none is empty.</summary>
    public SumNode(DirectoryName name, MatrixNode[] children)
    {
        _name = name;
        _before = new LineText(name.Before);
        _children = children;
        WideInt size = 0;
        foreach (var child in _children)
        {
            size += child.Size;
            Draws |= child.Draws;
        }

        Size = size;
        ScanLength = Scan();
        _cache = !Draws && size <= CacheLimit ? new Selection?[(int)size] : null;
    }

    public override WideInt Size { get; }

    public override WideInt ScanLength { get; }

    public override bool Draws { get; }

    public override IReadOnlyList<MatrixNode> Children => _children;

    public override Selection At(WideInt index, PythonRandom random)
    {
        index = Modulo(index, Size);
        return _cache is null ? Pick(index, random) : _cache[(int)index] ??= Pick(index, random);
    }

    public override void Put(WideInt index, PythonRandom random, JobLine line)
    {
        if (_cache is not null)
        {
            line.Put(At(index, random));
            return;
        }

        var (child, inner) = Locate(Modulo(index, Size));
        line.PutBelow(_before, _children[child], inner, random);
    }

    public override void Skip(WideInt index, PythonRandom random)
    {
        var (child, inner) = Locate(Modulo(index, Size));
        if (_children[child].Draws)
            _children[child].Skip(inner, random);
    }

    private Selection Pick(WideInt index, PythonRandom random)
    {
        var (child, inner) = Locate(index);
        var selection = _children[child].At(inner, random);
        var text = selection.Text.Length == 0 ? _name.Text : _name.Before + selection.Text;
        return selection.Named(text);
    }

    /// <summary>Which selection of which child stands at <paramref name="index"/>.</summary>
    public (int Child, WideInt Index) Locate(WideInt index)
    {
        var block = Volatile.Read(ref _lastBlock);
        if (block is null || index < block.First || index >= block.First + block.Places.Length)
        {
            block = Load(index - (index % BlockLength));
            Volatile.Write(ref _lastBlock, block);
        }

        return block.Places[(int)(index - block.First)];
    }

    private Block Load(WideInt first)
    {
        // Everything before place (first - n)/Size is surely before index first: rounding up adds less than one for each of n children.
        var place = WideInt.Max(0, first - _children.Length);
        var queue = new PlaceQueue(_children.Length);
        WideInt passed = 0;
        for (var child = 0; child < _children.Length; child++)
        {
            var size = _children[child].Size;
            var before = (checked(size * place) + Size - 1) / Size;
            passed += before;
            queue.Add(new PlaceQueue.Place(before, size, child));
        }

        var places = new (int Child, WideInt Index)[(int)WideInt.Min(BlockLength, Size - first)];
        for (var index = passed; index < first + places.Length; index++)
        {
            var next = queue.First;
            if (index >= first)
                places[(int)(index - first)] = (next.Child, next.Index);
            queue.ReplaceFirst(next with { Index = next.Index + 1 });
        }

        return new Block(first, places);
    }

    /// <summary>The length at which the child that needs the largest share of its own selections has had it.</summary>
    private WideInt Scan()
    {
        var widest = _children[0];
        foreach (var child in _children)
            if (checked(child.ScanLength * widest.Size) > checked(widest.ScanLength * child.Size))
                widest = child;
        WideInt count = -1;
        for (var i = 0; i < _children.Length; i++)
        {
            var share = checked(_children[i].Size * widest.ScanLength);
            count += (share / widest.Size) + (i > 0 && share % widest.Size == 0 ? 0 : 1);
        }

        return count;
    }

    private sealed record Block(WideInt First, (int Child, WideInt Index)[] Places);
}

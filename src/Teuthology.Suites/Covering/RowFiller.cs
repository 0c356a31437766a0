using System.Runtime.InteropServices;

namespace Teuthology.Suites;

/// <summary>Makes rows that have as many open tuples as can be had by taking, in one factor after the other, the value with the most of them.</summary>
internal sealed class RowFiller
{
    private readonly CoveringProblem _problem;
    private readonly SplitMix _random;
    private readonly TupleSet _open;
    private readonly long[] _openOf;
    private readonly HashSet<(int, int)> _conflicts = [];
    private readonly List<long> _ranks = [];
    private readonly List<int> _queue = [];

    /// <summary>A filler for the tuples <paramref name="open"/>, which <see cref="Close"/> takes from.</summary>
    public RowFiller(CoveringProblem problem, TupleSet open, SplitMix random)
    {
        _problem = problem;
        _random = random;
        _open = open;
        _openOf = new long[problem.ValueCount + open.Strength];
        foreach (var rank in open.All())
            foreach (var value in open.Tuple(rank))
                _openOf[value]++;
    }

    /// <summary>A tuple is open no more.</summary>
    public void Close(long rank)
    {
        if (!_open.Remove(rank))
            return;
        foreach (var value in _open.Tuple(rank))
            _openOf[value]--;
    }

    /// <summary>Two values are not to be taken together where there are others.</summary>
    public void Avoid(int a, int b) => _conflicts.Add((Math.Min(a, b), Math.Max(a, b)));

    /// <summary>A whole row with <paramref name="tuple"/> in it, and how many open tuples it has.</summary>
    public (int[] Row, int Gain) Fill(int[] tuple, bool byChance = false)
    {
        var row = _problem.Begin(tuple);
        var leaves = new List<int>(_problem.Leaves(row));
        _queue.Clear();
        Enqueue(_problem.Top, row);
        while (_queue.Count > 0)
        {
            var at = _random.Below(_queue.Count);
            var factor = _queue[at];
            _queue[at] = _queue[^1];
            _queue.RemoveAt(_queue.Count - 1);
            row[factor] = byChance ? _problem.Factors[factor].First + _random.Below(_problem.Factors[factor].Count) : Best(factor, row, leaves);
            if (_problem.IsLeaf(row[factor]))
                leaves.Insert(~leaves.BinarySearch(row[factor]), row[factor]);
            Enqueue(_problem.Below[row[factor]], row);
        }

        TupleWalk.Visit(_open, CollectionsMarshal.AsSpan(leaves), _problem.ValueCount, _ranks);
        var gain = 0;
        foreach (var rank in _ranks)
            if (_open.Has(rank))
                gain++;
        return (row, gain);
    }

    private void Enqueue(int[] factors, int[] row)
    {
        foreach (var factor in factors)
            if (row[factor] < 0)
                _queue.Add(factor);
            else
                Enqueue(_problem.Below[row[factor]], row);
    }

    private int Best(int factor, int[] row, List<int> leaves)
    {
        var (best, most, equals) = (-1, (Clash: 2, Gain: -1L, Open: -1L), 0);
        for (var value = _problem.Factors[factor].First; value < _problem.Factors[factor].First + _problem.Factors[factor].Count; value++)
        {
            var (gain, open) = Worth(value, leaves);
            var clash = _conflicts.Count > 0 && Clashes(value, row) ? 1 : 0;
            var order = clash != most.Clash ? most.Clash - clash : gain != most.Gain ? gain.CompareTo(most.Gain) : open.CompareTo(most.Open);
            if (order > 0)
                (best, most, equals) = (value, (clash, gain, open), 1);
            else if (order == 0 && _random.Below(++equals) == 0)
                best = value;
        }

        return best;
    }

    private bool Clashes(int value, int[] row) => Array.Exists(row, other => other >= 0 && _conflicts.Contains((Math.Min(value, other), Math.Max(value, other))));

    /// <summary>How many open tuples a value makes with <paramref name="leaves"/>, and how many it is in; of a value with factors below, those of the best values there.</summary>
    private (long Gain, long Open) Worth(int value, List<int> leaves)
    {
        if (_problem.IsLeaf(value))
            return (Gain(value, CollectionsMarshal.AsSpan(leaves)), _openOf[value]);
        var (gain, open) = (0L, 0L);
        foreach (var factor in _problem.Below[value])
        {
            var (best, most) = (0L, 0L);
            for (var below = _problem.Factors[factor].First; below < _problem.Factors[factor].First + _problem.Factors[factor].Count; below++)
            {
                var worth = Worth(below, leaves);
                best = Math.Max(best, worth.Gain);
                most = Math.Max(most, worth.Open);
            }

            gain += best;
            open += most;
        }

        return (gain, open);
    }

    private int Gain(int value, ReadOnlySpan<int> leaves)
    {
        var t = _open.Strength;
        if (leaves.Length < t - 1)
            return 0;
        var gain = 0;
        if (t == 2)
        {
            foreach (var leaf in leaves)
                if (_open.Has(_open.Rank(leaf, value)))
                    gain++;
            return gain;
        }

        Span<int> tuple = stackalloc int[t];
        return Gain(value, leaves, tuple, 0, 0, placed: false);
    }

    private int Gain(int value, ReadOnlySpan<int> leaves, Span<int> tuple, int filled, int from, bool placed)
    {
        if (filled == tuple.Length)
            return _open.Has(_open.Rank(tuple)) ? 1 : 0;
        var gain = 0;
        if (!placed && filled == tuple.Length - 1)
        {
            tuple[filled] = value;
            return (filled == 0 || tuple[filled - 1] < value) && _open.Has(_open.Rank(tuple)) ? 1 : 0;
        }

        for (var i = from; i < leaves.Length; i++)
        {
            if (!placed && leaves[i] > value)
                break;
            tuple[filled] = leaves[i];
            gain += Gain(value, leaves, tuple, filled + 1, i + 1, placed);
        }

        if (!placed)
        {
            tuple[filled] = value;
            while (from < leaves.Length && leaves[from] < value)
                from++;
            gain += Gain(value, leaves, tuple, filled + 1, from, placed: true);
        }

        return gain;
    }
}

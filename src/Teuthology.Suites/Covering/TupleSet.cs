using System.Numerics;

namespace Teuthology.Suites;

/// <summary>A set of t-tuples of the numbers 0 … n-1, a bit each, numbered by the combinatorial number system.</summary>
internal sealed class TupleSet
{
    /// <summary>Most bits, 64 MB.</summary>
    private const long Most = 1L << 29;

    private readonly long[][] _binomials;
    private readonly ulong[] _bits;

    /// <summary>An empty set.</summary>
    /// <param name="values">n.</param>
    /// <param name="strength">t.</param>
    /// <exception cref="ConfigurationException">There are too many tuples.</exception>
    public TupleSet(int values, int strength)
    {
        Strength = strength;
        _binomials = new long[strength][];
        for (var i = 0; i < strength; i++)
            _binomials[i] = [.. Enumerable.Range(0, values + 1).Select(n => Binomial(n, i + 1))];
        Capacity = _binomials[^1][values];
        if (Capacity > Most)
            throw new ConfigurationException($"{values} fragments to combine by {strength} make more tuples than memory is taken for; use a smaller strength or a part of the suite");
        _bits = new ulong[(Capacity / 64) + 1];
    }

    private TupleSet(TupleSet other)
    {
        Strength = other.Strength;
        Capacity = other.Capacity;
        Count = other.Count;
        _binomials = other._binomials;
        _bits = (ulong[])other._bits.Clone();
    }

    /// <summary>t.</summary>
    public int Strength { get; }

    /// <summary>How many tuples there could be.</summary>
    public long Capacity { get; }

    /// <summary>How many tuples are in the set.</summary>
    public long Count { get; private set; }

    /// <summary>A set of its own with the same tuples.</summary>
    public TupleSet Clone() => new(this);

    /// <summary>The number of a tuple.</summary>
    /// <param name="sorted">Its members, ascending.</param>
    public long Rank(ReadOnlySpan<int> sorted)
    {
        long rank = 0;
        for (var i = 0; i < sorted.Length; i++)
            rank += _binomials[i][sorted[i]];
        return rank;
    }

    /// <summary>The number of a pair.</summary>
    public long Rank(int a, int b) => a < b ? a + _binomials[1][b] : b + _binomials[1][a];

    /// <summary>The tuple with a number, ascending.</summary>
    public int[] Tuple(long rank)
    {
        var tuple = new int[Strength];
        for (var i = Strength - 1; i >= 0; i--)
        {
            var found = Array.BinarySearch(_binomials[i], rank);
            if (found < 0)
                found = ~found - 1;
            // Of equal entries (0 at the start) the last one.
            while (found + 1 < _binomials[i].Length && _binomials[i][found + 1] <= rank)
                found++;
            tuple[i] = found;
            rank -= _binomials[i][found];
        }

        return tuple;
    }

    /// <summary>True when the tuple with that number is in the set.</summary>
    public bool Has(long rank) => (_bits[rank >> 6] >> (int)(rank & 63) & 1) != 0;

    /// <summary>Adds a tuple; false when it was there.</summary>
    public bool Add(long rank)
    {
        if (Has(rank))
            return false;
        _bits[rank >> 6] |= 1UL << (int)(rank & 63);
        Count++;
        return true;
    }

    /// <summary>Removes a tuple; false when it was not there.</summary>
    public bool Remove(long rank)
    {
        if (!Has(rank))
            return false;
        _bits[rank >> 6] &= ~(1UL << (int)(rank & 63));
        Count--;
        return true;
    }

    /// <summary>The first tuple from a number on, going on at the start after the end; -1 when the set is empty.</summary>
    public long Next(long from)
    {
        if (Count == 0)
            return -1;
        var word = from >> 6;
        var rest = _bits[word] & (ulong.MaxValue << (int)(from & 63));
        while (rest == 0)
        {
            word = word + 1 == _bits.Length ? 0 : word + 1;
            rest = _bits[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>The numbers of all tuples in the set, ascending.</summary>
    public IEnumerable<long> All()
    {
        for (var word = 0; word < _bits.Length; word++)
            for (var rest = _bits[word]; rest != 0; rest &= rest - 1)
                yield return ((long)word << 6) + BitOperations.TrailingZeroCount(rest);
    }

    private static long Binomial(int n, int k)
    {
        WideInt result = 1;
        for (var i = 1; i <= k && result < long.MaxValue / 2; i++)
            result = result * (n - k + i) / i;
        return n < k ? 0 : (long)WideInt.Min(result, long.MaxValue / 2);
    }
}

using System.Numerics;

namespace Teuthology.Suites;

/// <summary>One selection of each child together; the index moves through all of them at once.</summary>
internal sealed class ProductPlace : Place
{
    private readonly Place[] _facets;
    private readonly Int128[] _larger;

    /// <summary>A product of children in the order of their names.</summary>
    public ProductPlace(IReadOnlyList<Place> children, Int128 size)
        : base(size)
    {
        // The order in which the matrix counts: smallest first, the earlier of two equals first.
        _facets = [.. children.OrderBy(c => c.Size)];
        _larger = new Int128[_facets.Length];
        Int128 product = 1;
        for (var i = _facets.Length - 1; i >= 0; i--)
        {
            _larger[i] = product;
            product *= _facets[i].Size;
        }
    }

    public override Int128 IndexOf(ReadOnlySpan<int> row)
    {
        var index = _facets[^1].IndexOf(row);
        if (index < 0)
            return -1;
        for (var i = _facets.Length - 2; i >= 0; i--)
        {
            var inner = _facets[i].IndexOf(row);
            if (inner < 0)
                return -1;
            index = Join(inner, _facets[i].Size, index, _larger[i]);
        }

        return index;
    }

    public override void Read(Int128 index, Span<int> row)
    {
        for (var i = 0; i < _facets.Length; i++)
        {
            if (i == _facets.Length - 1)
            {
                _facets[i].Read(index % _facets[i].Size, row);
                continue;
            }

            var common = Gcd(_larger[i], _facets[i].Size);
            var cycleLength = _larger[i] / common * _facets[i].Size;
            var cycle = index / cycleLength % common;
            _facets[i].Read((((index - cycle) % _facets[i].Size) + _facets[i].Size) % _facets[i].Size, row);
        }
    }

    /// <summary>The index below <c>size * largerSize</c> at which the facet stands at <paramref name="inner"/> and the larger ones at <paramref name="larger"/>.</summary>
    private static Int128 Join(Int128 inner, Int128 size, Int128 larger, Int128 largerSize)
    {
        if (size == 1)
            return larger;
        var common = Gcd(largerSize, size);
        var cycle = (((larger - inner) % common) + common) % common;
        // In that cycle the facet stands at (index - cycle) mod size: index = larger + largerSize * steps by the Chinese remainder theorem.
        var cycleLength = largerSize / common * size;
        var wanted = (inner + cycle) % size;
        var (modulus, step) = (size / common, largerSize / common % (size / common));
        var difference = (((wanted - larger) % size) + size) % size / common;
        var steps = modulus == 1 ? 0 : (Int128)((BigInteger)difference * (BigInteger)Inverse(step, modulus) % (BigInteger)modulus);
        return ((larger + (largerSize * steps)) % cycleLength) + (cycle * cycleLength);
    }

    private static Int128 Inverse(Int128 value, Int128 modulus)
    {
        var (old, rest, oldFactor, factor) = (value, modulus, Int128.One, Int128.Zero);
        while (rest != 0)
        {
            var quotient = old / rest;
            (old, rest) = (rest, old - (quotient * rest));
            (oldFactor, factor) = (factor, oldFactor - (quotient * factor));
        }

        return ((oldFactor % modulus) + modulus) % modulus;
    }

    private static Int128 Gcd(Int128 a, Int128 b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}

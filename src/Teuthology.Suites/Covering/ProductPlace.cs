using System.Numerics;

namespace Teuthology.Suites;

/// <summary>One selection of each child together; the index moves through all of them at once.</summary>
internal sealed class ProductPlace : Place
{
    private readonly Place[] _facets;
    private readonly WideInt[] _larger;

    /// <summary>A product of children in the order of their names.</summary>
    public ProductPlace(IReadOnlyList<Place> children, WideInt size)
        : base(size)
    {
        // The order in which the matrix counts: smallest first, the earlier of two equals first.
        _facets = [.. children.OrderBy(c => c.Size)];
        _larger = new WideInt[_facets.Length];
        WideInt product = 1;
        for (var i = _facets.Length - 1; i >= 0; i--)
        {
            _larger[i] = product;
            product *= _facets[i].Size;
        }
    }

    public override WideInt IndexOf(ReadOnlySpan<int> row)
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

    public override void Read(WideInt index, Span<int> row)
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
    private static WideInt Join(WideInt inner, WideInt size, WideInt larger, WideInt largerSize)
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
        var steps = modulus == 1 ? 0 : (WideInt)((BigInteger)difference * (BigInteger)Inverse(step, modulus) % (BigInteger)modulus);
        return ((larger + (largerSize * steps)) % cycleLength) + (cycle * cycleLength);
    }

    private static WideInt Inverse(WideInt value, WideInt modulus)
    {
        var (old, rest, oldFactor, factor) = (value, modulus, WideInt.One, WideInt.Zero);
        while (rest != 0)
        {
            var quotient = old / rest;
            (old, rest) = (rest, old - (quotient * rest));
            (oldFactor, factor) = (factor, oldFactor - (quotient * factor));
        }

        return ((oldFactor % modulus) + modulus) % modulus;
    }

    private static WideInt Gcd(WideInt a, WideInt b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }
}

using System.Numerics;

namespace Teuthology.Suites;

/// <summary>
/// The numbers of Python's <c>random.seed(int)</c> and <c>random.randint</c>: the Mersenne Twister MT19937 of Matsumoto and Nishimura,
/// seeded by array with the 32-bit pieces of the seed's absolute value, and draws by rejection.
/// </summary>
public sealed class PythonRandom
{
    private const int Words = 624;
    private const int Shift = 397;

    private readonly uint[] _state;
    private int _next;

    /// <summary>A generator as after <c>random.seed(seed)</c>.</summary>
    /// <param name="seed">Any integer; its sign does not matter.</param>
    public PythonRandom(BigInteger seed)
    {
        var bytes = BigInteger.Abs(seed).ToByteArray(isUnsigned: true);
        var key = new uint[Math.Max(1, (bytes.Length + 3) / 4)];
        for (var i = 0; i < bytes.Length; i++)
            key[i / 4] |= (uint)bytes[i] << (8 * (i % 4));
        _state = Seeded(key);
        _next = Words;
    }

    private PythonRandom(uint[] state, int next)
    {
        _state = state;
        _next = next;
    }

    /// <summary>Is told the bounds and the result of each draw.</summary>
    internal Action<BigInteger, BigInteger, BigInteger>? Drawn { get; set; }

    /// <summary>A generator that goes on from here on its own.</summary>
    public PythonRandom Fork() => new((uint[])_state.Clone(), _next) { Drawn = Drawn };

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    /// <param name="low">Least result.</param>
    /// <param name="high">Greatest result.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is less than <paramref name="low"/>.</exception>
    public BigInteger RandInt(BigInteger low, BigInteger high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        if (low >= 0 && high < int.MaxValue)
            return RandInt((int)low, (int)high);
        var count = high - low + 1;
        var bits = (int)count.GetBitLength();
        var number = GetRandBits(bits);
        while (number >= count)
            number = GetRandBits(bits);
        Drawn?.Invoke(low, high, low + number);
        return low + number;
    }

    /// <summary>The same without big numbers.</summary>
    /// <param name="low">Least result, 0 or more.</param>
    /// <param name="high">Greatest result, less than <see cref="int.MaxValue"/> and not below <paramref name="low"/>.</param>
    internal int RandInt(int low, int high)
    {
        var count = (uint)(high - low + 1);
        var surplus = BitOperations.LeadingZeroCount(count);
        var number = Next() >> surplus;
        while (number >= count)
            number = Next() >> surplus;
        var result = low + (int)number;
        Drawn?.Invoke(low, high, result);
        return result;
    }

    /// <summary>A number with <paramref name="bits"/> random bits.</summary>
    /// <param name="bits">How many, 1 or more.</param>
    public BigInteger GetRandBits(int bits)
    {
        if (bits <= 32)
            return Next() >> (32 - bits);
        var number = BigInteger.Zero;
        for (var done = 0; done < bits; done += 32)
        {
            var word = Next();
            if (bits - done < 32)
                word >>= 32 - (bits - done);
            number |= (BigInteger)word << done;
        }

        return number;
    }

    private static uint[] Seeded(uint[] key)
    {
        var state = new uint[Words];
        state[0] = 19650218;
        for (var i = 1; i < Words; i++)
            state[i] = (1812433253 * Folded(state[i - 1])) + (uint)i;
        var at = 1;
        for (var step = 0; step < Math.Max(Words, key.Length); step++)
        {
            state[at] = (state[at] ^ (Folded(state[at - 1]) * 1664525)) + key[step % key.Length] + (uint)(step % key.Length);
            at = Following(state, at);
        }

        for (var step = 1; step < Words; step++)
        {
            state[at] = (state[at] ^ (Folded(state[at - 1]) * 1566083941)) - (uint)at;
            at = Following(state, at);
        }

        state[0] = 0x80000000;
        return state;
    }

    private static uint Folded(uint word) => word ^ (word >> 30);

    private static int Following(uint[] state, int at)
    {
        if (at < Words - 1)
            return at + 1;
        state[0] = state[Words - 1];
        return 1;
    }

    private uint Next()
    {
        if (_next == Words)
            Refill();
        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    private void Refill()
    {
        for (var i = 0; i < Words; i++)
        {
            var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Words] & 0x7fffffff);
            _state[i] = _state[(i + Shift) % Words] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
        }

        _next = 0;
    }
}

using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Teuthology.Suites;

/// <summary>
/// A count or an index of selections: 128 bits with a sign, quick while it fits into a machine word. <see cref="Int128"/> itself keeps every method that
/// mentions it from being compiled ahead of time, hence here alone, for what is beyond a word. Arithmetic is checked.
/// </summary>
internal readonly struct WideInt : IEquatable<WideInt>, IComparable<WideInt>
{
    private readonly long _low;
    private readonly long _high;

    private WideInt(long high, long low)
    {
        _high = high;
        _low = low;
    }

    public static WideInt MaxValue => new(long.MaxValue, -1);

    public static WideInt Zero => default;

    public static WideInt One => 1;

    private bool IsWord
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _high == _low >> 63;
    }

    public static implicit operator WideInt(long value) => new(value >> 63, value);

    public static explicit operator WideInt(BigInteger value) => long.MinValue <= value && value <= long.MaxValue ? (long)value : Beyond.Read(value);

    public static explicit operator BigInteger(WideInt value) => value.IsWord ? value._low : ((BigInteger)value._high << 64) + (ulong)value._low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator long(WideInt value) => value._low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator ulong(WideInt value) => (ulong)value._low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator int(WideInt value) => (int)value._low;

    public static WideInt operator +(WideInt a, WideInt b)
    {
        if (a.IsWord && b.IsWord)
        {
            var sum = unchecked(a._low + b._low);
            if (((a._low ^ sum) & (b._low ^ sum)) >= 0)
                return sum;
        }

        return Beyond.Add(a, b);
    }

    public static WideInt operator -(WideInt a, WideInt b)
    {
        if (a.IsWord && b.IsWord)
        {
            var difference = unchecked(a._low - b._low);
            if (((a._low ^ b._low) & (a._low ^ difference)) >= 0)
                return difference;
        }

        return Beyond.Subtract(a, b);
    }

    public static WideInt operator -(WideInt value) => Zero - value;

    public static WideInt operator ++(WideInt value) => value + 1;

    public static WideInt operator --(WideInt value) => value - 1;

    public static WideInt operator *(WideInt a, WideInt b) =>
        a._low == (int)a._low && b._low == (int)b._low && a.IsWord && b.IsWord ? a._low * b._low : Beyond.Multiply(a, b);

    public static WideInt operator /(WideInt a, WideInt b) => a.IsWord && b.IsWord && b._low > 0 ? a._low / b._low : Beyond.Divide(a, b);

    public static WideInt operator %(WideInt a, WideInt b) => a.IsWord && b.IsWord && b._low > 0 ? a._low % b._low : Beyond.Remainder(a, b);

    public static bool operator ==(WideInt a, WideInt b) => a._low == b._low && a._high == b._high;

    public static bool operator !=(WideInt a, WideInt b) => !(a == b);

    public static bool operator <(WideInt a, WideInt b) => a._high == b._high ? (ulong)a._low < (ulong)b._low : a._high < b._high;

    public static bool operator >(WideInt a, WideInt b) => b < a;

    public static bool operator <=(WideInt a, WideInt b) => !(b < a);

    public static bool operator >=(WideInt a, WideInt b) => !(a < b);

    public static WideInt Min(WideInt a, WideInt b) => a < b ? a : b;

    public static WideInt Max(WideInt a, WideInt b) => a < b ? b : a;

    public int CompareTo(WideInt other) => this < other ? -1 : this == other ? 0 : 1;

    public bool Equals(WideInt other) => this == other;

    public override bool Equals(object? obj) => obj is WideInt other && this == other;

    public override int GetHashCode() => unchecked((_low * -7046029254386353131) ^ _high).GetHashCode();

    public override string ToString() => ((BigInteger)this).ToString(CultureInfo.InvariantCulture);

    /// <summary>What words are too short for. None of this may be inlined into what is compiled ahead of time.</summary>
    private static class Beyond
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Add(WideInt a, WideInt b) => From(checked(To(a) + To(b)));

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Subtract(WideInt a, WideInt b) => From(checked(To(a) - To(b)));

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Multiply(WideInt a, WideInt b) => From(checked(To(a) * To(b)));

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Divide(WideInt a, WideInt b) => From(To(a) / To(b));

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Remainder(WideInt a, WideInt b) => From(To(a) % To(b));

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static WideInt Read(BigInteger value) => From((Int128)value);

        private static Int128 To(WideInt value) => new((ulong)value._high, (ulong)value._low);

        private static WideInt From(Int128 value) => new((long)(value >> 64), unchecked((long)(ulong)value));
    }
}

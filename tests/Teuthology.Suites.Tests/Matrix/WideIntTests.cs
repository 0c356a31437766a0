using System.Numerics;
using CsCheck;

namespace Teuthology.Suites.Tests;

public sealed class WideIntTests
{
    private static readonly BigInteger[] s_edges = [long.MinValue, long.MaxValue, (BigInteger)long.MaxValue + 1, (BigInteger)Int128.MaxValue, (BigInteger)Int128.MinValue];

    private static readonly Gen<BigInteger> Number = Gen.OneOf(
        Gen.Long[-9, 9].Select(n => (BigInteger)n),
        Gen.Long.Select(n => (BigInteger)n),
        Gen.Int.Select(n => (BigInteger)n),
        Gen.Select(Gen.Long, Gen.ULong).Select((high, low) => ((BigInteger)high << 64) + low),
        Gen.Int[0, 4].Select(i => s_edges[i]));

    [Fact]
    public void Arithmetic_AnyNumbers_IsThatOfIntegersOrOverflows() =>
        Gen.Select(Number, Number).Sample((a, b) =>
        {
            var (x, y) = ((WideInt)a, (WideInt)b);
            Assert.Equal(a, (BigInteger)x);
            Check(a + b, () => x + y);
            Check(a - b, () => x - y);
            Check(a * b, () => x * y);
            if (b != 0 && b != -1)
            {
                Check(a / b, () => x / y);
                Check(a % b, () => x % y);
            }

            Assert.Equal((a < b, a <= b, a > b, a >= b, a == b), (x < y, x <= y, x > y, x >= y, x == y));
            Assert.Equal(Math.Sign(a.CompareTo(b)), x.CompareTo(y));
            Assert.Equal(a.ToString(System.Globalization.CultureInfo.InvariantCulture), x.ToString());
        }, iter: 5000);

    private static void Check(BigInteger expected, Func<WideInt> result)
    {
        if (expected > (BigInteger)Int128.MaxValue || expected < (BigInteger)Int128.MinValue)
            Assert.Throws<OverflowException>(() => result());
        else
            Assert.Equal(expected, (BigInteger)result());
    }
}

using System.Globalization;
using CsCheck;

namespace Teuthology.Suites.Tests;

public sealed class CoveringArrayTests
{
    [Theory]
    [InlineData("3^4", 9)]
    [InlineData("3^13", 18)]
    [InlineData("4^15 3^17 2^29", 37)]
    [InlineData("4^1 3^39 2^35", 27)]
    [InlineData("2^100", 15)]
    [InlineData("10^20", 210)]
    public void Make_PublishedExample_IsNoLargerThanThatOfPict(string levels, int published)
    {
        var rows = CoveringArray.Make(Levels(levels));

        Assert.InRange(rows.Count, 1, published);
        AssertCovers(rows, Levels(levels), 2);
    }

    [Theory]
    [InlineData("2^126", 10)]
    [InlineData("7^8", 49)]
    [InlineData("5^1 3^8 2^2", 15)]
    public void Make_KnownConstruction_IsAsSmallAsPossible(string levels, int best)
    {
        var rows = CoveringArray.Make(Levels(levels));

        Assert.Equal(best, rows.Count);
        AssertCovers(rows, Levels(levels), 2);
    }

    [Fact]
    public void Make_AnyLevelsAndStrength_HasEveryTuple() =>
        Gen.Select(Gen.Int[1, 4].Array[1, 6], Gen.Int[1, 4], Gen.ULong).Sample(
            (levels, strength, seed) => AssertCovers(CoveringArray.Make(levels, strength, seed), levels, strength), iter: 60);

    [Fact]
    public void Make_SameSeed_GivesTheSameRows()
    {
        var levels = Levels("4^3 3^3 2^2");

        Assert.Equal(CoveringArray.Make(levels, 2, 7), CoveringArray.Make(levels, 2, 7));
    }

    private static int[] Levels(string text) =>
        [.. text.Split(' ').Select(p => p.Split('^')).SelectMany(p => Enumerable.Repeat(int.Parse(p[0], CultureInfo.InvariantCulture), int.Parse(p[1], CultureInfo.InvariantCulture)))];

    private static void AssertCovers(IReadOnlyList<int[]> rows, int[] levels, int strength)
    {
        Assert.All(rows, row => Assert.True(row.Length == levels.Length && row.Zip(levels).All(v => v.First >= 0 && v.First < v.Second)));
        foreach (var columns in Choose(levels.Length, Math.Min(strength, levels.Length)))
        {
            var wanted = columns.Aggregate(1, (product, c) => product * levels[c]);
            Assert.Equal(wanted, rows.Select(row => columns.Aggregate(0, (number, c) => (number * levels[c]) + row[c])).Distinct().Count());
        }
    }

    private static IEnumerable<int[]> Choose(int from, int count, int start = 0)
    {
        if (count == 0)
            return [[]];
        return Enumerable.Range(start, Math.Max(0, from - start)).SelectMany(first => Choose(from, count - 1, first + 1).Select(rest => (int[])[first, .. rest]));
    }
}

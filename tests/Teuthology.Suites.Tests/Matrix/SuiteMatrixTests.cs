using System.Globalization;
using System.Numerics;
using CsCheck;

namespace Teuthology.Suites.Tests;

public sealed class SuiteMatrixTests
{
    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "d", "e", "a-b", "a.b", "é");

    private static readonly Gen<string[]> Trees = TreesOf("", "%", "+", "$", "%", "");

    /// <summary>One product of plain facets. (In lists of products, or with facets nested deeper, a piece can lack a fragment, upstream's as well.)</summary>
    private static readonly Gen<string[]> Products = Gen.Select(Name, Gen.Int[1, 6]).Array[1, 5]
        .Select(facets => facets
            .SelectMany(f => Enumerable.Range(0, f.Item2).Select(i => $"{f.Item1}/{i.ToString(CultureInfo.InvariantCulture)}.yaml"))
            .Append("%").Distinct().ToArray());

    [Fact]
    public void Job_AnyIndex_IsTheOneThatIsListedThere() =>
        Gen.Select(Trees, Gen.Int[0, 99]).Sample((tree, seed) =>
        {
            using var files = new SuiteFiles(tree.Select(t => $"s/{t}"));
            var options = new SuiteOptions { Seed = seed };
            var listed = files.Build("s", options).Jobs().Take(3000).ToList();
            var matrix = files.Build("s", options);
            for (var index = listed.Count - 1; index >= 0; index -= 1 + (listed.Count / 20))
            {
                var job = matrix.Job(index);
                Assert.Equal(index, job.Index);
                Assert.Equal(listed[index].Description, job.Description);
                Assert.Equal(listed[index].Fragments, job.Fragments);
            }
        }, iter: 60);

    [Fact]
    public void Job_ByDescription_IsFoundAgain() =>
        Products.Sample(tree =>
        {
            using var files = new SuiteFiles(tree.Select(t => $"s/{t}"));
            var jobs = files.Build().Jobs().Take(2000).ToList();
            Assert.Equal(jobs.Count, jobs.Select(j => j.Description).Distinct().Count());
            foreach (var job in jobs)
                Assert.Equal(job.Description, files.Build().Job(job.Index).Description);
        }, iter: 20);

    [Fact]
    public void Build_AnySubset_HoldsEveryFragment() =>
        Gen.Select(Products, Gen.Int[2, 9]).Sample((tree, count) =>
        {
            using var files = new SuiteFiles(tree.Select(t => $"s/{t}"));
            var all = files.Build().Jobs().Take(5000).SelectMany(j => j.Fragments).ToHashSet();
            for (var piece = 0; piece < count; piece++)
            {
                var held = files.Build("s", new SuiteOptions { Subset = new SuiteSubset(piece, count) }).Jobs().SelectMany(j => j.Fragments).ToHashSet();
                Assert.True(held.IsSupersetOf(all), $"{piece}/{count} lacks {string.Join(' ', all.Except(held))}");
            }
        }, iter: 40);

    /// <summary>Laid one after another the pieces run through the jobs in their order, again and again where the suite is too small for so many pieces.</summary>
    [Fact]
    public void Build_AllSubsetsOfAProduct_AreItsJobsInTurn() =>
        Gen.Select(Products, Gen.Int[2, 9]).Sample((tree, count) =>
        {
            using var files = new SuiteFiles(tree.Select(t => $"s/{t}"));
            var all = files.Descriptions();
            var pieces = Enumerable.Range(0, count).SelectMany(piece => files.Descriptions(new SuiteOptions { Subset = new SuiteSubset(piece, count) })).ToList();
            Assert.InRange(pieces.Count, all.Length - count + 1, int.MaxValue);
            for (var i = 0; i < pieces.Count; i++)
                Assert.Equal(all[i % all.Length], pieces[i]);
        }, iter: 40);

    /// <summary>Pieces are of equal size, so up to N-1 jobs at the end are in none of them, upstream's as well.</summary>
    [Fact]
    public void Build_AllSubsetsOfAnyTree_LackFewerJobsThanTheyAre() =>
        Gen.Select(TreesOf("", "%", "+", "%"), Gen.Int[2, 9]).Sample((tree, count) =>
        {
            using var files = new SuiteFiles(tree.Select(t => $"s/{t}"));
            if (files.Build().Count > 3000)
                return;
            var all = files.Descriptions().ToHashSet();
            var held = new HashSet<string>();
            for (var piece = 0; piece < count; piece++)
                held.UnionWith(files.Build("s", new SuiteOptions { Subset = new SuiteSubset(piece, count) }).Jobs().Take(20000).Select(j => j.Description));
            Assert.True(held.IsSubsetOf(all));
            Assert.InRange(all.Count - held.Count, 0, count - 1);
        }, iter: 40);

    [Fact]
    public void Count_OfAHugeSuite_CostsNoList()
    {
        using var files = new SuiteFiles(Enumerable.Range(0, 30).SelectMany(f => Enumerable.Range(0, 10).Select(i => $"s/f{f:00}/{i}.yaml")).Append("s/%"));
        var matrix = files.Build();

        Assert.Equal(BigInteger.Pow(10, 30), matrix.Count);
        Assert.Equal(30, matrix.Job(long.MaxValue).Fragments.Count);
        Assert.Equal(3, matrix.Jobs().Take(3).Count());
    }

    [Fact]
    public void Count_PastWhatCanBeCounted_IsAClearError()
    {
        using var files = new SuiteFiles(Enumerable.Range(0, 40).SelectMany(f => Enumerable.Range(0, 10).Select(i => $"s/f{f:00}/{i}.yaml")).Append("s/%"));

        Assert.Contains("combinations", Assert.Throws<ConfigurationException>(() => files.Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3/3")]
    [InlineData("x/3")]
    [InlineData("3")]
    [InlineData("1/2/3")]
    public void Parse_SubsetThatIsNone_SaysSo(string text) =>
        Assert.Contains(text, Assert.Throws<ConfigurationException>(() => SuiteSubset.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Jobs_ReadByManyThreads_AreTheSame()
    {
        using var files = new SuiteFiles(Enumerable.Range(0, 4).SelectMany(f => Enumerable.Range(0, 9).Select(i => $"s/f{f}/{i}.yaml")).Append("s/%").Append("s/os$/a.yaml").Append("s/os$/b.yaml"));
        var matrix = files.Build();
        var listed = matrix.Jobs().Select(j => j.Description).ToArray();

        Parallel.For(0, listed.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
        {
            if (index % 97 == 0)
                Assert.Equal(listed[index], matrix.Job(index).Description);
        });
    }

    /// <summary>Files of random suites, without a number in a '%' (upstream's nested subsets can be read past their end).</summary>
    private static Gen<string[]> TreesOf(params string[] kinds) => Gen.Recursive<string[]>((depth, self) => Gen
        .Select(Name, Gen.OneOf(kinds), Gen.Int[1, 3], depth > 1 ? Gen.Const(Array.Empty<string>()) : self)
        .Array[1, 3]
        .Select(parts => parts.SelectMany(part =>
        {
            var (name, kind, count, below) = part;
            var own = Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture) + ".yaml").Concat(kind.Length > 0 ? [kind] : Array.Empty<string>());
            return own.Concat(below).Select(file => $"{name}/{file}");
        }).Distinct().ToArray()));
}

namespace Teuthology.Suites.Tests;

public sealed class SuiteCoverageTests
{
    private static readonly string[] Tree =
    [
        "s/%", "s/a/0.yaml", "s/a/1.yaml", "s/b/x.yaml", "s/b/y/%", "s/b/y/c/0.yaml", "s/b/y/c/1.yaml", "s/b/y/d.yaml", "s/e$/p.yaml", "s/e$/q.yaml", "s/f/+", "s/f/m.yaml", "s/f/n.yaml",
    ];

    [Fact]
    public void Add_OneJob_CoversItsPairs()
    {
        using var files = new SuiteFiles(Tree);
        var coverage = Coverage(files);
        coverage.Add(coverage.Find("s/{a/0 b/y/{c/1 d} e$/{q} f/{m n}}")!);

        // a has 2 values, b has x and below y those of c: 2 * 3 pairs.
        Assert.Equal(6, coverage.Demanded);
        Assert.Equal(1, coverage.Covered);
        Assert.Equal(["a/0 with b/x", "a/0 with b/y/c/0", "a/1 with b/x", "a/1 with b/y/c/0", "a/1 with b/y/c/1"], coverage.Missing().Select(m => string.Join(" with ", m)).Order(StringComparer.Ordinal));
        Assert.Equal([("a b", 2, 0), ("a b/y/c", 4, 1)], coverage.Facets().Select(f => (string.Join(' ', f.Facets), (int)f.Demanded, (int)f.Covered)).Order());
    }

    [Fact]
    public void Find_DescriptionOfEveryJob_HasItsFragments()
    {
        using var files = new SuiteFiles(Tree);
        var coverage = Coverage(files);

        Assert.All(files.Build().Jobs(), job => Assert.Equal(job.Fragments, coverage.Find(job.Description)!.Fragments));
    }

    [Theory]
    [InlineData("t/{a/0 b/x e$/{q} f/{m n}}")]
    [InlineData("s/{a/0 b/z e$/{q} f/{m n}}")]
    [InlineData("s/{a/0 e$/{q} f/{m n}}")]
    [InlineData("s/{a/0 a/1 b/x e$/{q} f/{m n}}")]
    [InlineData("")]
    public void Find_NoJobOfTheSuite_IsNull(string description)
    {
        using var files = new SuiteFiles(Tree);

        Assert.Null(Coverage(files).Find(description));
    }

    [Fact]
    public void Add_PairwiseSubset_LeavesNothingMissing()
    {
        using var files = new SuiteFiles(Tree);
        var coverage = Coverage(files);
        foreach (var job in files.Build("s", new SuiteOptions { Subset = SuiteSubset.Pairwise() }).Jobs())
            coverage.Add(job);

        Assert.Equal(6, coverage.Jobs);
        Assert.Empty(coverage.Missing());
    }

    [Fact]
    public void Add_JobThatAScriptRejects_CoversNothing()
    {
        using var files = new SuiteFiles(
            "s/%", "s/a/0.yaml=a: 0", "s/a/1.yaml=a: 1", "s/b/0.yaml=b: 0", "s/b/1.yaml=b: 1", "s/z.yaml=teuthology:\n  postmerge:\n  - if yaml.a == 1 and yaml.b == 1 then reject() end\n");
        var coverage = Coverage(files);
        coverage.Add(coverage.Find("s/{a/1 b/1 z}")!);

        Assert.Equal((3, 0, 1), ((int)coverage.Demanded, (int)coverage.Covered, (int)coverage.Rejected));
    }

    private static SuiteCoverage Coverage(SuiteFiles files) => new(new SuiteTree(files.Suites), "s", new SuiteOptions(), 2);
}

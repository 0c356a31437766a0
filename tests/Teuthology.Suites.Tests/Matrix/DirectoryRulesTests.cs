namespace Teuthology.Suites.Tests;

public sealed class DirectoryRulesTests
{
    [Fact]
    public void Build_PlainDirectory_MixesChildrenEvenly()
    {
        using var files = new SuiteFiles("s/x.yaml", "s/y/%", "s/y/p/1.yaml", "s/y/p/2.yaml", "s/y/p/3.yaml", "s/z/+", "s/z/m.yaml", "s/z/n.yaml");

        Assert.Equal(["s/x", "s/y/{p/1}", "s/z/{m n}", "s/y/{p/2}", "s/y/{p/3}"], files.Descriptions());
    }

    [Fact]
    public void Build_Product_MovesThroughAllFacets()
    {
        using var files = new SuiteFiles("s/%", "s/a/a0.yaml", "s/a/a1.yaml", "s/b/b0.yaml", "s/b/b1.yaml", "s/b/b2.yaml", "s/b/b3.yaml", "s/c.yaml");

        Assert.Equal(
            ["s/{a/a0 b/b0 c}", "s/{a/a1 b/b1 c}", "s/{a/a0 b/b2 c}", "s/{a/a1 b/b3 c}", "s/{a/a1 b/b0 c}", "s/{a/a0 b/b1 c}", "s/{a/a1 b/b2 c}", "s/{a/a0 b/b3 c}"],
            files.Descriptions());
    }

    [Fact]
    public void Build_IgnoredNames_AreNotThere()
    {
        using var files = new SuiteFiles("s/a.yaml", "s/.hidden.yaml", "s/README", "s/b.yml", "s/off.disable/x.yaml", "s/empty/");

        Assert.Equal(["s/a"], files.Descriptions());
    }

    [Fact]
    public void Build_Fragments_AreRelativeAndInMergeOrder()
    {
        using var files = new SuiteFiles("s/+", "s/a-b.yaml", "s/a/z.yaml", "s/b/c.yaml");
        var job = Assert.Single(files.Build().Jobs());

        Assert.Equal(["a/z.yaml", "a-b.yaml", "b/c.yaml"], job.Fragments);
        Assert.Equal("s/{a-b a/z b/c}", job.Description);
    }

    [Fact]
    public void Build_Dollar_DrawsLikePython()
    {
        using var files = new SuiteFiles("s/%", "s/n/1.yaml", "s/n/2.yaml", "s/n/3.yaml", "s/n/4.yaml", "s/os$/a.yaml", "s/os$/b.yaml", "s/os$/c.yaml");

        // random.seed(42); [random.randint(0, 2) for _ in range(4)] is 2, 0, 0, 2.
        Assert.Equal(["c", "a", "a", "c"], files.Descriptions(new SuiteOptions { Seed = 42 }).Select(d => d[^3..^2]));
    }

    [Fact]
    public void Build_LinkedDirectory_IsReadThroughTheLink()
    {
        using var files = new SuiteFiles("shared/os/a.yaml", "s/b.yaml");
        Directory.CreateSymbolicLink(Path.Combine(files.Suites, "s", "linked"), "../shared/os");

        Assert.Equal(["s/b", "s/linked/a"], files.Descriptions());
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("s/empty", "is empty")]
    [InlineData("s/nothing", "no .yaml file")]
    [InlineData("s/hidden", "no .yaml file")]
    [InlineData("s/product", "nothing to combine")]
    [InlineData("s/number", "integer above 0")]
    [InlineData("s/broken", "symbolic link")]
    [InlineData("s/loop", "link point to a directory above")]
    [InlineData("s/pick", "has none")]
    public void Build_DirectoryThatBreaksARule_SaysWhich(string suite, string message)
    {
        using var files = new SuiteFiles("s/empty/", "s/hidden/.a.yaml", "s/nothing/README", "s/product/%", "s/number/%=two", "s/number/a.yaml", "s/broken/a.yaml", "s/loop/a.yaml", "s/pick/$");
        File.CreateSymbolicLink(Path.Combine(files.Suites, "s/broken/z.yaml"), "nowhere.yaml");
        File.CreateSymbolicLink(Path.Combine(files.Suites, "s/loop/again"), "../loop");

        var error = Assert.Throws<ConfigurationException>(() => files.Build(suite).Jobs().Count());

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(suite), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SuiteNames_Directory_ListsSuitesOnly()
    {
        using var files = new SuiteFiles("b/a.yaml", "a/a.yaml", ".git/x", "c.disable/a.yaml", "README");

        Assert.Equal(["a", "b"], new SuiteTree(files.Suites).SuiteNames);
    }
}

namespace Teuthology.Suites.Tests;

public sealed class SuiteFilterTests
{
    private static readonly SuiteJob Job = new("rados:verify", 0, "rados:verify/{a/one b.x}", ["a/one.yaml", "b.x.yaml"]);

    [Theory]
    [InlineData("one", true)]
    [InlineData("ONE", false)]
    [InlineData("", true)]
    [InlineData("rados:verify/{", true)]
    [InlineData("one.yaml", false)]
    public void Keeps_Keyword_IsAPartOfTheDescription(string keyword, bool kept)
    {
        Assert.Equal(kept, new SuiteFilter { Filter = [keyword] }.Keeps(Job));
        Assert.Equal(kept, new SuiteFilter { FilterAll = ["a", keyword] }.Keeps(Job));
        Assert.Equal(!kept, new SuiteFilter { FilterOut = [keyword] }.Keeps(Job));
    }

    [Theory]
    [InlineData("^rados/verify/a/one%.yaml$", true)]
    [InlineData("o.e.yaml", true)]
    [InlineData("b%.x", true)]
    [InlineData("b%dx", false)]
    [InlineData("[a-c]%.x", true)]
    [InlineData("[^b]%.x", false)]
    [InlineData("(on)e%.yaml", true)]
    [InlineData("%f[%a]one%f[%A]", true)]
    [InlineData("(a)d(o)s/verify/%1", true)]
    [InlineData("x-%.yaml", true)]
    [InlineData("two", false)]
    public void Keeps_WithFragments_MatchesPathsAsLuaPatterns(string pattern, bool kept) =>
        Assert.Equal(kept, new SuiteFilter { Filter = [pattern], FilterFragments = true }.Keeps(Job));

    [Theory]
    [InlineData("[")]
    [InlineData("%")]
    [InlineData("o.e)")]
    [InlineData("%f1")]
    public void Keeps_MalformedPattern_IsAClearError(string pattern) =>
        Assert.Contains(pattern, Assert.Throws<ConfigurationException>(() => new SuiteFilter { Filter = [pattern], FilterFragments = true }.Keeps(Job)).Message, StringComparison.Ordinal);

    [Fact]
    public void Keeps_NoKeywords_KeepsAll() => Assert.True(new SuiteFilter().Keeps(Job));
}

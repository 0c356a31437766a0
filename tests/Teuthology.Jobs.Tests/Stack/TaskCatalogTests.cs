namespace Teuthology.Jobs.Tests;

public sealed class TaskCatalogTests
{
    private readonly TaskCatalog _catalog = new([typeof(TaskCatalogTests).Assembly]);

    [Theory]
    [InlineData("test.two_words")]
    [InlineData("test.two-words")]
    public void TryFind_DashOrUnderscore_IsTheSameTask(string name)
    {
        Assert.True(_catalog.TryFind(name, out var task));
        Assert.Equal(typeof(TwoWordsTask), task.Type);
    }

    [Fact]
    public void TryFind_UnknownName_FindsNothing() => Assert.False(_catalog.TryFind("test.three_words", out _));

    [Fact]
    public void Names_AreSorted() => Assert.Equal(_catalog.Names.Order(StringComparer.Ordinal), _catalog.Names);
}

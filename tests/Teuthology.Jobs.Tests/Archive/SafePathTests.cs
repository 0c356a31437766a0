namespace Teuthology.Jobs.Tests;

public sealed class SafePathTests
{
    [Theory]
    [InlineData("", "_")]
    [InlineData("/", "_")]
    [InlineData("//", "_")]
    [InlineData("evil", "evil")]
    [InlineData("/evil", "evil")]
    [InlineData("../evil/foo", "_./evil/foo")]
    [InlineData("..", "_.")]
    [InlineData(".evil", "_evil")]
    [InlineData("a//b", "a/b")]
    [InlineData("a/./b/", "a/b")]
    public void Munge_AnyText_StaysInside(string path, string munged) => Assert.Equal(munged, SafePath.Munge(path));
}

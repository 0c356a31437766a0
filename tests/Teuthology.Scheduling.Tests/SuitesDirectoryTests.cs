namespace Teuthology.Scheduling.Tests;

public sealed class SuitesDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("teuthology-suites-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("rbd", "rbd", "")]
    [InlineData("qa/suites/rbd", "rbd:basic", "qa/suites")]
    [InlineData("suites/rbd", "rbd/basic", "suites")]
    [InlineData("suites/rbd", null, "suites")]
    [InlineData("rbd", "rados", "")]
    public void Find_DirectoryOrCheckout_GivesTheDirectoryOfSuites(string made, string? suite, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_root, made));

        Assert.Equal(Path.Combine(_root, expected).TrimEnd('/'), SuitesDirectory.Find(_root, suite).TrimEnd('/'));
    }

    [Fact]
    public void Find_NoDirectory_IsBadInput() =>
        Assert.Throws<ConfigurationException>(() => SuitesDirectory.Find(Path.Combine(_root, "nowhere"), null));
}

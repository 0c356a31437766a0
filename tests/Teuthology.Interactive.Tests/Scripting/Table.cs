namespace Teuthology.Interactive.Tests;

/// <summary>What scripts of the tests can use by its bare name.</summary>
public sealed class Table
{
    public List<string> plates { get; } = ["one", "two"];

    public Uri home { get; } = new("http://localhost/");

    public void fail() => throw new ConfigurationException("first line\nsecond line");

    public Task<int> later() => Task.FromResult(7);

    public void clear()
    {
    }
}

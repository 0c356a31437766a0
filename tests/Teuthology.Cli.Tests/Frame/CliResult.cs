namespace Teuthology.Cli.Tests;

/// <summary>What a command line gave.</summary>
public sealed record CliResult(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Bad input: exit code 2, nothing on standard output, one line that names what was wrong.</summary>
    public void AssertBadInput(params string[] parts)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}, error: {Error}");
        Assert.Empty(Output);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("teuthology: ", line, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }
}

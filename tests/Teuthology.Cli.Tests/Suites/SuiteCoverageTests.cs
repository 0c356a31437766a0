using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

public sealed class SuiteCoverageTests : IDisposable
{
    private readonly Cli _cli = new();

    public SuiteCoverageTests()
    {
        _cli.Write("suites/s/%", "");
        foreach (var file in new[] { "a/0", "a/1", "b/0", "b/1", "c/0", "c/1" })
            _cli.Write($"suites/s/{file}.yaml", "");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Expand_Pairwise_ReportsOnStandardError()
    {
        var result = await RunAsync("expand", "--subset", "pairwise");

        Assert.Equal(4, result.Lines.Count);
        Assert.Contains("pairwise: 4 of 8 jobs (50%) have 12 of 12 pairs of fragments together", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expand_PairwiseSummaryAsJson_IsOneObject()
    {
        var summary = JsonNode.Parse(Assert.Single((await RunAsync("expand", "--subset", "pairwise:3", "--summary", "--json")).Lines))!;

        Assert.Equal((3, 8, 8, 8), ((int)summary["strength"]!, (int)summary["jobs"]!, (int)summary["demanded"]!, (int)summary["covered"]!));
    }

    [Fact]
    public async Task Coverage_ListOfJobs_TellsWhatIsMissing()
    {
        _cli.Write("jobs", "s/{a/0 b/0 c/0}\n{\"description\":\"s/{a/1 b/1 c/1}\"}\nother/{x}\n");
        var result = await RunAsync("coverage", "--jobs", "jobs", "--missing", "--check");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["a/0 with b/1", "a/0 with c/1", "a/1 with b/0", "a/1 with c/0", "b/0 with c/1", "b/1 with c/0"], result.Lines.Order(StringComparer.Ordinal));
        Assert.Contains("1 lines are no jobs of s", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Coverage_Pairwise_IsComplete()
    {
        var result = await RunAsync("coverage", "--subset", "pairwise", "--check");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("s: 4 of 8 jobs have 12 of 12 pairs of fragments together (100%)", Assert.Single(result.Lines));
    }

    [Fact]
    public async Task Coverage_LineThatIsNoJson_IsNamed()
    {
        _cli.Write("jobs", "\n{x\n");
        var result = await RunAsync("coverage", "--jobs", "jobs");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("jobs:2: not JSON", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> RunAsync(string verb, params string[] arguments) => _cli.RunAsync(["suite", verb, "s", "--suite-dir", Path.Combine(_cli.Directory, "suites"), .. arguments]);
}

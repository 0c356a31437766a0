using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

public sealed class SuiteExpandTests : IDisposable
{
    private readonly Cli _cli = new();

    public SuiteExpandTests()
    {
        _cli.Write("suites/rbd/basic/%", "");
        foreach (var (facet, names) in new[] { ("a", new[] { "a0", "a1" }), ("b", ["b0", "b1", "b2"]) })
        {
            foreach (var name in names)
                _cli.Write($"suites/rbd/basic/{facet}/{name}.yaml", $"{facet}: {name}\ntasks:\n- print: {name}\n");
        }
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Expand_PlainText_IsADescriptionALine()
    {
        var result = await ExpandAsync("rbd");

        Assert.Equal(6, result.Lines.Count);
        Assert.All(result.Lines, line => Assert.Matches(@"^rbd/basic/\{a/a[01] b/b[012]\}$", line));
        Assert.Equal(result.Lines, result.Lines.Distinct());
    }

    [Fact]
    public async Task Expand_Json_HasDescriptionAndPaths()
    {
        var result = await ExpandAsync("rbd:basic", "--json", "--limit", "1");

        Assert.Equal("""{"description":"rbd:basic/{a/a0 b/b0}","paths":["a/a0.yaml","b/b0.yaml"]}""", Assert.Single(result.Lines));
    }

    [Fact]
    public async Task Expand_SlashOrColon_IsTheSame() =>
        Assert.Equal((await ExpandAsync("rbd:basic", "--json")).Output, (await ExpandAsync("rbd/basic", "--json")).Output);

    [Fact]
    public async Task Expand_Merged_HasTheConfig()
    {
        var result = await ExpandAsync("rbd", "--json", "--merged", "--filter", "b2", "--filter-out", "a0");

        var job = JsonNode.Parse(Assert.Single(result.Lines))!;
        Assert.Equal("rbd/basic/{a/a1 b/b2}", (string)job["description"]!);
        Assert.Equal("a1", (string)job["config"]!["a"]!);
        Assert.Equal("""[{"print":"a1"},{"print":"b2"}]""", job["config"]!["tasks"]!.ToJsonString());
    }

    [Fact]
    public async Task Expand_MergedWithSeed_SeedsTheScriptsToo()
    {
        _cli.Write("suites/rbd/basic/a/a0.yaml", "teuthology:\n  postmerge:\n  - yaml.drawn = math.random(1000000000)\n");

        var one = await ExpandAsync("rbd", "--merged", "--limit", "1", "--seed", "1");
        var other = await ExpandAsync("rbd", "--merged", "--limit", "1", "--seed", "2");

        Assert.Contains("drawn:", one.Output, StringComparison.Ordinal);
        Assert.NotEqual(one.Output, other.Output);
        Assert.Equal(one.Output, (await ExpandAsync("rbd", "--merged", "--limit", "1", "--seed", "1")).Output);
    }

    [Theory]
    [InlineData(2, "--filter", "b0")]
    [InlineData(4, "--filter", "b0,b1")]
    [InlineData(2, "--filter-out", "b0", "--filter-out", "b1")]
    [InlineData(1, "--filter-all", "a0,b1")]
    [InlineData(0, "--filter", "nothing")]
    [InlineData(3, "--filter", "a/a1.yaml", "--filter-fragments")]
    [InlineData(4, "--limit", "4")]
    public async Task Expand_Choices_GiveThatManyJobs(int count, params string[] options)
    {
        var result = await ExpandAsync(["rbd", .. options]);

        Assert.Equal((0, count), (result.ExitCode, result.Lines.Count));
    }

    [Fact]
    public async Task Expand_Subset_IsAPieceWithEveryFragment()
    {
        foreach (var (facet, count) in new[] { ("a", 2), ("b", 3), ("c", 10) })
        {
            _cli.Write("suites/wide/%", "");
            for (var i = 0; i < count; i++)
                _cli.Write($"suites/wide/{facet}/{facet}{i}.yaml", "");
        }

        var pieces = new[] { await ExpandAsync("wide", "--subset", "0/2"), await ExpandAsync("wide", "--subset", "1/2") };

        Assert.All(pieces, piece => Assert.Equal((30, 15), (piece.Lines.Count, piece.Lines.SelectMany(line => line[6..^1].Split(' ')).Distinct().Count())));
        Assert.Equal((await ExpandAsync("wide")).Lines.Order(), pieces.SelectMany(piece => piece.Lines).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("suites")]
    public async Task Expand_CheckoutOrSuitesDirectory_IsFound(string directory)
    {
        var result = await _cli.RunAsync("suite", "expand", "rbd", "--suite-dir", Path.Combine(_cli.Directory, directory));

        Assert.Equal(6, result.Lines.Count);
    }

    [Fact]
    public async Task Expand_BrokenFragment_IsNamedWithItsPlace()
    {
        _cli.Write("suites/broken/a.yaml", "tasks: [\n");

        (await ExpandAsync("broken", "--merged")).AssertBadInput("suites/broken/a.yaml:2:");
    }

    [Fact]
    public async Task Expand_RandomSeed_IsTold()
    {
        var result = await ExpandAsync("rbd", "--seed", "-1");

        Assert.Matches(@"^Using random seed=\d+\n$", result.Error);
    }

    [Fact]
    public async Task Expand_MillionsOfJobsIntoAPipeThatCloses_EndsQuietly()
    {
        for (var facet = 0; facet < 7; facet++)
        {
            _cli.Write("suites/huge/%", "");
            for (var name = 0; name < 10; name++)
                _cli.Write($"suites/huge/f{facet}/n{name}.yaml", "");
        }

        var start = TeuthologyProgram.Start(_cli.State, "-o", "pipefail", "-c", "\"$@\" | head -n 2", "bash", TeuthologyProgram.Path, "suite", "expand", "huge", "--json", "--suite-dir", _cli.Directory);
        start.FileName = "bash";

        var result = await TeuthologyProgram.RunAsync(start);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(2, result.Lines.Count);
    }

    private Task<CliResult> ExpandAsync(params string[] arguments) =>
        _cli.RunAsync(["suite", "expand", .. arguments, "--suite-dir", Path.Combine(_cli.Directory, "suites")]);
}

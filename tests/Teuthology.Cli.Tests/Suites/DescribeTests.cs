using Snapshooter.Xunit;

namespace Teuthology.Cli.Tests;

public sealed class DescribeTests : IDisposable
{
    private readonly Cli _cli = new();
    private readonly string _suite;

    public DescribeTests()
    {
        _suite = Path.Combine(_cli.Directory, "qa/suites/fleet");
        foreach (var (path, content) in new Dictionary<string, string>
        {
            ["harbour/%"] = "",
            ["harbour/crew/few.yaml"] = "meta:\n- desc: two hands\n  cost: 2\ntasks: []\n",
            ["harbour/crew/many.yaml"] = "meta:\n- desc: |\n    ten hands,\n    \"all\" on deck\n  cost: 10.50\n",
            ["harbour/ship/boat.yaml"] = "meta:\n- desc: 小舟 é\n  cost: [1, yes, ~]\n",
            ["harbour/ship/tug.yaml"] = "tasks: []\n",
            ["harbour/weather.yaml"] = "meta:\n- cost: 0\n",
            ["sea/.notes.yaml"] = "meta: not looked at\n",
            ["sea/README"] = "calm\n",
            ["sea/calm.yaml"] = "os_type: ubuntu\n",
            ["sea/storm.yaml"] = "teuthology:\n  postmerge:\n  - reject()\n",
        })
            _cli.Write($"qa/suites/fleet/{path}", content);
    }

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("tree")]
    [InlineData("tree-fields", "-f", "desc,cost, nothing")]
    [InlineData("tree-bare", "--show-facet", "no", "--fields", "")]
    [InlineData("tree-json", "--format", "json", "-f", "desc,cost")]
    [InlineData("tree-csv", "--format", "csv", "-f", "desc,cost")]
    [InlineData("jobs", "-c", "-f", "desc,cost")]
    [InlineData("jobs-json", "-c", "--json")]
    [InlineData("jobs-csv", "--combinations", "--format", "csv", "--limit", "2")]
    [InlineData("jobs-no-facets", "-c", "--show-facet", "off", "--filter", "tug")]
    [InlineData("jobs-none", "-c", "--filter", "submarine")]
    [InlineData("summary", "-s")]
    [InlineData("summary-descriptions", "-s", "-p", "--filter-out", "few")]
    [InlineData("summary-fragments", "-s", "-P", "-l", "3", "-F", "--filter-all", "fleet/harbour,boat")]
    [InlineData("summary-subset", "-sp", "--subset", "1/2", "--no-nested-subset", "-S", "5")]
    public async Task Describe_OfASuite_IsAsUpstreamPrintsIt(string name, params string[] options)
    {
        var result = await _cli.RunAsync(["describe", .. options, "--", _suite]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Snapshot.Match(result.Output.Replace(_cli.Directory, "/home/me", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal), $"DescribeTests.{name}");
    }

    [Fact]
    public async Task Describe_ColonInAFullPath_IsPartOfAName()
    {
        _cli.Write("a:b/fleet/one.yaml", "tasks: []\n");

        var result = await _cli.RunAsync("describe", "-c", Path.Combine(_cli.Directory, "a:b/fleet"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("teuthology-describe")]
    [InlineData("teuthology-describe-tests")]
    public async Task Describe_UnderAClassicName_IsTheSame(string name)
    {
        using var classic = new Cli { StartedAs = name };

        var result = await classic.RunAsync("-s", _suite);

        Assert.Equal($"# 5/6 {_suite}\n", result.Output);
    }

    [Theory]
    [InlineData("3", "3")]
    [InlineData("{desc: x}", "{'desc': 'x'}")]
    [InlineData("[{a: 1}, {b: 2001-12-14}]", "[{'a': 1}, {'b': datetime.date(2001, 12, 14)}]")]
    public async Task Describe_MetaOfAnotherForm_PrintsUpstreamsTextAndExits1(string meta, string shown)
    {
        var file = _cli.Write("qa/suites/wreck/a.yaml", $"tasks: []\nmeta: {meta}\n");

        var result = await _cli.RunAsync("describe", Path.Combine(_cli.Directory, "qa/suites/wreck"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"Error in meta format in {file}\nMeta must be a list containing exactly one dict.\nMeta is: {shown}\n", result.Output);
        Assert.StartsWith($"teuthology: {file}:2:1: 'meta' is a list of exactly one mapping", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no such directory", "nowhere")]
    [InlineData("--format is plain, json or csv", "fleet", "--format", "xml")]
    [InlineData("--show-facet is yes or no", "fleet", "--show-facet", "maybe")]
    [InlineData("two columns of the table are named 'path'", "fleet", "-f", "path")]
    [InlineData("is not of the form i/n", "fleet", "-s", "--subset", "2")]
    [InlineData("which JSON cannot say", "dated", "--json")]
    [InlineData("dated/two.yaml:", "dated", "-c")]
    [InlineData("is a symbolic link to a directory above it", "loop")]
    public async Task Describe_BadInput_IsOneErrorAndExits2(string error, string suite, params string[] options)
    {
        _cli.Write("qa/suites/dated/one.yaml", "meta:\n- desc: [2001-12-14]\n");
        _cli.Write("qa/suites/dated/two.yaml", suite == "dated" && options[0] == "-c" ? "a: [\n" : "");
        Directory.CreateDirectory(Path.Combine(_cli.Directory, "qa/suites/loop/in"));
        File.CreateSymbolicLink(Path.Combine(_cli.Directory, "qa/suites/loop/in/up"), "..");

        var result = await _cli.RunAsync(["describe", .. options, Path.Combine("qa/suites", suite)]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(error, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}

using System.Xml.Linq;

namespace Teuthology.Xunit.Tests.EndToEnd;

public sealed class DotnetTestTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Project_MixedJobs_GivesOneResultEachWithItsLog()
    {
        _sample.Job("rbd/a-pass", "tasks: []");
        _sample.Job("rbd/b-fail", "fail: \"Command failed on n1 with status 1: 'false'\\nlast line\"");
        _sample.Job("rbd/c-skip", "skip: no cows here, bring some");
        _sample.Job("rbd/d-broken", "a: [\n");
        _sample.Job("fs/other", "fail: not asked for");

        var (exit, output) = await _sample.RunAsync("test", Sample.Project, "--no-build", "-p:TeuthologySample=true", "--filter", "Suite=rbd", "--logger", "trx", "--results-directory", "results");

        Assert.Equal(1, exit);
        Assert.Contains("start  [1/4] rbd/a-pass\n", output, StringComparison.Ordinal);
        Assert.Contains("wait   [1/4] for machines\n", output, StringComparison.Ordinal);
        Assert.Contains("task   [1/4] sleep\n", output, StringComparison.Ordinal);
        Assert.Contains("PASS   [1/4] rbd/a-pass (1.0 s, archive ", output, StringComparison.Ordinal);
        Assert.Contains("FAIL   [2/4] rbd/b-fail (1.0 s, archive ", output, StringComparison.Ordinal);
        Assert.Contains("SKIP   [3/4] rbd/c-skip (1.0 s): no cows here, bring some\n", output, StringComparison.Ordinal);
        var results = _sample.Results();
        Assert.Equal(["rbd/a-pass", "rbd/b-fail", "rbd/c-skip", "rbd/d-broken"], results.Keys.Order());
        Assert.Equal(["Passed", "Failed", "NotExecuted", "Failed"], results.OrderBy(r => r.Key).Select(r => r.Value.Attribute("outcome")!.Value));
        Assert.Equal("Command failed on n1 with status 1: 'false'\nlast line", Message(results["rbd/b-fail"]));
        Assert.Equal("no cows here, bring some", Message(results["rbd/c-skip"]));
        Assert.StartsWith($"{_sample.Suites}/rbd/d-broken.yaml:2:1: ", Message(results["rbd/d-broken"]), StringComparison.Ordinal);
        Assert.Equal("the log of rbd/a-pass\n", await File.ReadAllTextAsync(_sample.ResultFile(results["rbd/a-pass"])));
        Assert.Equal("the log of rbd/b-fail\n", await File.ReadAllTextAsync(_sample.ResultFile(results["rbd/b-fail"])));
    }

    [Fact]
    public async Task Project_FilterMatchesNothing_Exits1()
    {
        _sample.Job("rbd/a", "tasks: []");
        var (exit, _) = await _sample.RunAsync("test", Sample.Project, "--no-build", "-p:TeuthologySample=true", "--filter", "Suite=nope");
        Assert.Equal(1, exit);
    }

    [Fact]
    public async Task Assembly_ListTests_NamesTheFilteredJobs()
    {
        _sample.Job("rbd/x/bluestore", "tasks: []");
        _sample.Job("rbd/x/filestore", "tasks: []");
        var (exit, output) = await _sample.RunAsync("test", Sample.Dll, "--list-tests", "--filter", "Suite=rbd&Fragment~bluestore");
        Assert.Equal(0, exit);
        Assert.Contains("rbd/x/bluestore", output, StringComparison.Ordinal);
        Assert.DoesNotContain("filestore", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Suite=rbd&Fragment~bluestore")]
    [InlineData(@"Suite=rbd&Job~x/blue&Job!~\(")]
    public async Task Project_ListTests_NamesTheFilteredJobs(string filter)
    {
        _sample.Job("rbd/x/bluestore", "tasks: []");
        _sample.Job("rbd/x/filestore", "tasks: []");
        var (exit, output) = await _sample.RunAsync("test", Sample.Project, "--no-build", "-p:TeuthologySample=true", "--list-tests", "--filter", filter);
        Assert.Equal(0, exit);
        Assert.Contains("rbd/x/bluestore", output, StringComparison.Ordinal);
        Assert.DoesNotContain("filestore", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assembly_BrokenSuite_FailsAloneAndOthersGoOn()
    {
        _sample.Job("dummy/a", "tasks: []");
        Directory.CreateDirectory(Path.Combine(_sample.Suites, "bad"));
        var (exit, _) = await _sample.RunAsync("test", Sample.Dll, "--logger", "trx", "--results-directory", "results");
        Assert.Equal(1, exit);
        var results = _sample.Results();
        Assert.Equal("Passed", results["dummy/a"].Attribute("outcome")!.Value);
        Assert.Contains(Path.Combine(_sample.Suites, "bad"), Message(results["bad: cannot be expanded"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assembly_MoreJobsThanPlaces_StartsThemInOrder()
    {
        for (var i = 0; i < 6; i++)
            _sample.Job($"dummy/j{i}", "sleep: 0.1");
        var (exit, _) = await _sample.RunAsync("test", Sample.Dll);
        Assert.Equal(0, exit);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"start dummy/j{i}"), _sample.Steps.Where(s => s.StartsWith("start", StringComparison.Ordinal)));
    }

    private static string Message(XElement result) => result.Descendants().Single(e => e.Name.LocalName == "Message").Value;
}

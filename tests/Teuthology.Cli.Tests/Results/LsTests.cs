namespace Teuthology.Cli.Tests;

public sealed class LsTests : IDisposable
{
    private readonly Cli _cli = new();

    public LsTests()
    {
        _cli.Write("run/13/summary.yaml", "success: true\nowner: me@here\ndescription: rados/basic/{a b}\nduration: 12.7\n");
        _cli.Write("run/14/summary.yaml", "success: false\nstatus: dead\nowner: me@here\nfailure_reason: it broke\n");
        _cli.Write("run/15/teuthology.log", "first\n2026-11-22T10:00:00.000 INFO:teuthology.run:last\n");
        _cli.Write("run/16/pid", "1");
        _cli.Write("run/not-a-job/summary.yaml", "success: true\n");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Ls_Run_PrintsUpstreamsLines() => Assert.Equal(
        """
        13 pass me@here rados/basic/{a b} 12s
        14 dead me@here - 0s
        15      2026-11-22T10:00:00.000 INFO:teuthology.run:last
        16      <no teuthology.log yet>

        """,
        (await _cli.RunAsync("ls", "run")).Output);

    [Fact]
    public async Task Ls_Verbose_AddsReasons() =>
        Assert.Contains("14 dead me@here - 0s\n    it broke\n", (await _cli.RunAsync("-v", "ls", "run")).Output, StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData]
    [InlineData("-v")]
    public async Task Ls_Run_PrintsWhatUpstreamPrints(params string[] options)
    {
        using var upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr");

        var theirs = await upstream.RunAsync("upstream_tool.py", ["ls", .. options, Path.Combine(_cli.Directory, "run")], new Dictionary<string, string> { ["HOME"] = _cli.Directory });

        Assert.Equal(theirs.Output, (await _cli.RunAsync(["ls", .. options, "run"])).Output);
    }

    [Fact]
    public async Task Ls_Json_IsAnObjectALine() => Assert.Equal(
        """{"job_id":"13","success":true,"owner":"me@here","description":"rados/basic/{a b}","duration":12.7,"status":"pass"}""",
        (await _cli.RunAsync("ls", "run", "--json")).Lines[0]);

    [Fact]
    public async Task Ls_BrokenSummary_NamesTheFile()
    {
        _cli.Write("run/11/summary.yaml", "a: [\n");

        (await _cli.RunAsync("ls", "run")).AssertBadInput("run/11/summary.yaml:2:");
    }
}

using System.Text.Json.Nodes;

namespace Teuthology.Cli.Tests;

public sealed class SuiteReadinessTests : IDisposable
{
    private readonly Cli _cli = new();

    public SuiteReadinessTests()
    {
        _cli.Write("ceph/qa/tasks/ceph.py", "");
        _cli.Write("ceph/qa/suites/s/%", "");
        _cli.Write("ceph/qa/suites/s/a/local.yaml", "tasks: [nop: null]");
        _cli.Write("ceph/qa/suites/s/a/mounted.yaml", "{roles: [[client.0]], tasks: [tgt: null]}");
        _cli.Write("ceph/qa/suites/s/b/centos.yaml", "{os_type: centos, kernel: {kdb: true}}");
        _cli.Write("ceph/qa/suites/s/b/ubuntu.yaml", "os_type: ubuntu");
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Readiness_Jobs_AreToldOneByOneAndInAll()
    {
        var result = await _cli.RunAsync("suite", "readiness", "s", "--suite-dir", "ceph", "--lab", "loopback");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                "lacks   s/{a/mounted b/centos}: machine iSCSI target, task tgt", "lacks   s/{a/mounted b/ubuntu}: machine iSCSI target, task tgt",
                "ready   s/{a/local b/centos}", "ready   s/{a/local b/ubuntu}",
            ],
            result.Lines.Take(4).Order(StringComparer.Ordinal));
        Assert.Equal("s: 2 of 4 jobs can be tried here", result.Lines[4]);
    }

    [Fact]
    public async Task Readiness_SummaryAsJson_CountsTasksAndNeeds()
    {
        var summary = JsonNode.Parse(Assert.Single((await _cli.RunAsync("suite", "readiness", "s", "--suite-dir", "ceph", "--summary", "--json")).Lines))!;

        Assert.Equal((4, 2), ((int)summary["jobs"]!, (int)summary["ready"]!));
        Assert.Equal(["nop 2 true", "tgt 2 false"], summary["tasks"]!.AsArray().Select(t => $"{t!["name"]} {t["jobs"]} {t["here"]!.ToJsonString()}"));
        Assert.Equal(["machine 2 0", "task 2 0"], summary["missing"]!.AsArray().Select(m => $"{m!["kind"]} {m["jobs"]} {m["alone"]}"));
    }

    [Fact]
    public async Task Readiness_Parts_AreWhatANightlyRunQueuesOfEach()
    {
        _cli.Write("ceph/qa/suites/t/x/+", "");
        _cli.Write("ceph/qa/suites/t/x/local.yaml", "tasks: [nop: null]");
        _cli.Write("ceph/qa/suites/t/y/%", "\n");
        _cli.Write("ceph/qa/suites/t/y/local.yaml", "tasks: [nop: null]");

        var parts = await _cli.RunAsync("suite", "readiness", ".", "--parts", "--suite-dir", "ceph", "--lab", "loopback", "--json");
        var all = await _cli.RunAsync("suite", "readiness", ".", "--parts", "--suite-dir", "ceph", "--lab", "loopback");

        Assert.Equal(
            [("s", 3, 1, 1), ("t:x", 1, 1, 1), ("t:y", 0, 0, 0)],
            parts.Lines.Select(line => JsonNode.Parse(line)!).Select(p => ((string)p["suite"]!, (int)p["jobs"]!, (int)p["ready"]!, (int)p["own_tasks"]!)));
        Assert.Contains("no line break", (string)JsonNode.Parse(parts.Lines[^1])!["error"]!, StringComparison.Ordinal);
        Assert.Equal("s: 1 of 3 jobs can be tried, 1 have no task of the checkout", all.Lines[0]);
        Assert.Equal(".: 2 of 4 jobs can be tried here", all.Lines[3]);
    }

    [Fact]
    public async Task Run_CheckoutOfCeph_SkipsWhatTheLabCannotRun()
    {
        var result = await _cli.RunAsync("suite", "run", "s", "--suite-dir", "ceph", "--lab", "loopback", "--json");

        Assert.Equal(0, result.ExitCode);
        var jobs = result.Lines.Select(line => JsonNode.Parse(line)!).ToDictionary(job => (string)job["description"]!);
        Assert.Equal(["pass", "pass", "skip", "skip"], jobs.OrderBy(job => job.Key, StringComparer.Ordinal).Select(job => (string)job.Value["status"]!));
        Assert.Contains("machine 'iSCSI target' is missing", (string)jobs["s/{a/mounted b/ubuntu}"]["failure_reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OverlayTwice_IsRefused()
    {
        var result = await _cli.RunAsync("suite", "run", "s", "--suite-dir", "ceph", "--lab", "loopback", "--overlay", "x.yaml", "--no-overlay");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("--overlay and --no-overlay are mutually exclusive", result.Error, StringComparison.Ordinal);
    }
}

using System.Text.Json.Nodes;
using Teuthology.Scheduling;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary>Upstream's report, kill and wait at our server, about jobs that our worker runs.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class UpstreamRunTests : IAsyncLifetime
{
    private const string Run = "teuth-2026-11-20_10:11:12-dummy-main-distro-default-embedded";
    private static readonly string[] Changing = ["updated", "posted", "started"];
    private readonly Cli _cli = new();
    private Checkout? _upstream;
    private EmptyServer? _server;
    private ToolSite? _site;

    public async Task InitializeAsync()
    {
        _upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr", "docopt", "psutil");
        _server = await EmptyServer.StartAsync();
        _site = await ToolSite.StartAsync(_cli, _server.Url);
    }

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _upstream?.Dispose();
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task UpstreamsKillAndWait_JobThatOurWorkerRuns_ItUnwindsAndBothWaitsSaySo()
    {
        await _site!.ScheduleAsync(Run, "dummy/{endless}", "sleep 600");
        _site.Begin("worker", "--tube", "embedded", "--lab", "loopback");
        await ToolSite.UntilAsync(async () => (await _site.JobsAsync(Run)).Single() is var job && (string?)job["status"] == "running" && job["pid"] is not null);

        var killed = await _site.UpstreamAsync(_upstream!, "kill", "-r", Run);

        Assert.True(killed.ExitCode == 0, killed.Error);
        Assert.Contains("Killing Pids: {", killed.Error, StringComparison.Ordinal);
        await using var queue = _site.Queue();
        await ToolSite.UntilAsync(async () => (await queue.ListAsync(QueueQuery.All, default)).Count == 0);
        Assert.Equal("dead", (string)(await _site.JobsAsync(Run)).Single()["status"]!);
        Assert.True(File.Exists(Path.Combine(_site.Archive, Run, "1", "summary.yaml")));

        var theirs = await _site.UpstreamAsync(_upstream!, "wait", "-r", Run);
        var ours = await _cli.RunAsync("wait", "-r", Run);
        Assert.Equal((1, 1), (theirs.ExitCode, ours.ExitCode));
        var line = Assert.Single(ours.Output.Split('\n'), line => line.StartsWith("dead ", StringComparison.Ordinal));
        Assert.Contains(line, theirs.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task UpstreamsReport_ArchiveOfOurWorker_TellsTheServerWhatOursTells()
    {
        await _site!.ScheduleAsync(Run, "dummy/{good}", "true");
        await _site.ScheduleAsync(Run, "dummy/{bad}", "exit 3");
        Assert.Equal(1, (await _site.RunAsync("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue")).ExitCode);
        Assert.Equal(["pass", "fail"], (await _site.JobsAsync(Run)).Select(job => (string)job["status"]!));

        await _site.DeleteAsync(Run);
        var theirs = await _site.UpstreamAsync(_upstream!, "report", "--archive", _site.Archive, "-r", Run);
        Assert.True(theirs.ExitCode == 0, theirs.Error);
        var told = await _site.JobsAsync(Run);
        await _site.DeleteAsync(Run);
        var ours = await _cli.RunAsync("report", "--archive", _site.Archive, "-r", Run);
        Assert.True(ours.ExitCode == 0, ours.Error);

        Assert.Equal(["pass", "fail"], told.Select(job => (string)job["status"]!));
        Assert.Equal(told.Select(Lasting), (await _site.JobsAsync(Run)).Select(Lasting));
    }

    // Times of the server, and keys that a server has without being told.
    private static string Lasting(JsonNode job) => new JsonObject(
        job.AsObject().Where(entry => !Changing.Contains(entry.Key)).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))).ToJsonString();
}

using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Scheduling;
using Teuthology.Server.Tests;
using Teuthology.Testing;

namespace Teuthology.Cli.Tests;

/// <summary>Upstream's own tools and these at one beanstalkd and one results server: what either puts, the other lists and takes.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class UpstreamQueueTests : IAsyncLifetime
{
    private const string Run = "teuth-2026-11-20_10:11:12-dummy-main-distro-default-embedded";
    private readonly Cli _cli = new();
    private Checkout? _upstream;
    private BeanstalkdServer? _beanstalkd;
    private EmptyServer? _server;

    public async Task InitializeAsync()
    {
        _upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr", "docopt", "psutil");
        _beanstalkd = await BeanstalkdServer.StartAsync();
        _server = await EmptyServer.StartAsync();
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write(
            "site.yaml", $"queue_host: 127.0.0.1\nqueue_port: {_beanstalkd.Port}\nresults_server: {_server.Url}\narchive_base: {_cli.Directory}/archive\n");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        if (_server is not null)
            await _server.DisposeAsync();
        if (_beanstalkd is not null)
            await _beanstalkd.DisposeAsync();
        _upstream?.Dispose();
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Worker_JobsThatUpstreamScheduled_RunsThemAndTheServerKnows()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        var job = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['true']}\n");
        var put = await UpstreamAsync("schedule", "--name", Run, "-d", "dummy/{a b}", "-o", "scheduled_teuth@host", "-w", "embedded", "-p", "100", "-N", "2", job);
        Assert.True(put.ExitCode == 0, put.Error);
        Assert.Contains($"Job scheduled with name {Run} and ID 1", put.Output, StringComparison.Ordinal);
        Assert.Equal(["queued", "queued"], (await JobsAsync()).Select(job => (string)job["status"]!));

        var worked = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(worked.ExitCode == 0, worked.Error);
        var jobs = await JobsAsync();
        Assert.Equal([("1", "pass"), ("2", "pass")], jobs.Select(job => ((string)job["job_id"]!, (string)job["status"]!)).Order());
        Assert.All(jobs, job => Assert.Equal(("dummy/{a b}", "scheduled_teuth@host"), ((string)job["description"]!, (string)job["owner"]!)));
        await using var queue = Queue();
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    [SkippableFact]
    public async Task UpstreamsQueue_JobsThatWeScheduled_ListsWhatOursLists()
    {
        var job = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['true']}\nkernel: {kdb: true, sha1: distro}\nos_version: '22.04'\n");
        foreach (var priority in new[] { "100", "50" })
            Assert.Equal(0, (await _cli.RunAsync("schedule", "--name", Run, "-d", "dummy/{a b}", "-w", "embedded", "-p", priority, job)).ExitCode);

        foreach (var form in new string[][] { ["-m", "embedded"], ["-d", "-m", "embedded"], ["-f", "-m", "embedded"], ["-r", "-m", "embedded"], ["-s", "-m", "embedded"] })
            Assert.Equal((await UpstreamAsync(["queue", .. form])).Output, (await _cli.RunAsync(["queue", .. form])).Output);

        var deleted = await UpstreamAsync("queue", "-D", "2026-11-20", "-m", "embedded");
        Assert.True(deleted.ExitCode == 0, deleted.Error);
        Assert.Equal("", (await _cli.RunAsync("queue", "-m", "embedded")).Output);
    }

    [SkippableFact]
    public async Task UpstreamsDispatcher_JobThatWeScheduled_TakesItAndWhatItBuriesIsNotBuriedForEver()
    {
        // Expired: it goes as far with it as one can without the sites of its own that it fetches from.
        var job = _cli.Write("job.yaml", "timestamp: 2020-01-01_00:00:00\nroles: [[a.0]]\ntasks: []\n");
        Assert.Equal(0, (await _cli.RunAsync("schedule", "--name", Run, "-d", "dummy/old", "-w", "embedded", job)).ExitCode);
        Directory.CreateDirectory(Path.Combine(_cli.Directory, "archive"));

        var dispatched = await UpstreamAsync("dispatcher", "--archive-dir", $"{_cli.Directory}/archive", "--log-dir", _cli.Directory, "--tube", "embedded", "--exit-on-empty-queue");

        Assert.True(dispatched.ExitCode == 0, dispatched.Error);
        Assert.Contains("Skipping job 1 because it is expired", dispatched.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_cli.Directory, "archive", Run, "1", "default.config.yaml")));
        Assert.Equal("dead", (string)(await JobsAsync()).Single()["status"]!);
        await using var queue = Queue();
        Assert.Contains("buried", Assert.Single(await queue.ListAsync(QueueQuery.All, default)).Worker, StringComparison.Ordinal);

        var worked = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(worked.ExitCode == 0, worked.Error);
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    private BeanstalkQueue Queue() => new("127.0.0.1", _beanstalkd!.Port, null, TimeProvider.System);

    private async Task<IReadOnlyList<JsonNode>> JobsAsync() =>
        [.. JsonNode.Parse(await _server!.Http.GetStringAsync($"/runs/{Run}/jobs/"))!.AsArray().Select(job => job!)];

    private Task<CliResult> UpstreamAsync(params string[] command) => _upstream!.RunAsync(
        "upstream_tool.py", command, new Dictionary<string, string> { ["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"], ["HOME"] = _cli.Directory });

    private System.Diagnostics.ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["HOME"] = _cli.Directory;
        if (_cli.Environment.TryGetValue("TEUTHOLOGY_CONFIG", out var config))
            start.Environment["TEUTHOLOGY_CONFIG"] = config;
        return start;
    }
}

using Teuthology.Scheduling;

namespace Teuthology.Cli.Tests;

/// <summary>Our tools where a real paddles has the results and beanstalkd the queue.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class RealPaddlesRunTests : IAsyncLifetime
{
    private const string Run = "teuth-2026-11-20_10:11:12-dummy-main-distro-default-embedded";
    private readonly Cli _cli = new();
    private RealPaddles? _paddles;
    private ToolSite? _site;

    public async Task InitializeAsync()
    {
        _paddles = await RealPaddles.StartAsync();
        _site = await ToolSite.StartAsync(_cli, _paddles.Url);
    }

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_paddles is not null)
            await _paddles.DisposeAsync();
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task SuiteWorkerWaitResults_AtPaddlesAndBeanstalkd_RunTheSuiteToItsEnd()
    {
        _cli.Write("suites/dummy/%", "");
        _cli.Write("suites/dummy/roles/one.yaml", "roles: [[a.0]]\n");
        _cli.Write("suites/dummy/tasks/good.yaml", "tasks: [{exec: {a.0: ['true']}}]\n");
        _cli.Write("suites/dummy/tasks/bad.yaml", "tasks: [{exec: {a.0: ['exit 3']}}]\n");

        var scheduled = await _cli.RunAsync("suite", "-s", "dummy", "--suite-dir", Path.Combine(_cli.Directory, "suites"), "-m", "embedded", "--seed", "7", "--owner", "teuth");

        Assert.True(scheduled.ExitCode == 0, scheduled.Error);
        var listed = await _cli.RunAsync("queue", "-r", "-m", "embedded");
        var run = Assert.Single(listed.Lines, line => line.Contains("dummy", StringComparison.Ordinal)).Trim().Split(' ')[^1];
        Assert.Equal(["queued", "queued"], (await _site!.JobsAsync(run)).Select(job => (string)job["status"]!));

        var worked = await _site.RunAsync("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue");

        Assert.True(worked.ExitCode == 1, worked.Error);
        var jobs = await _site.JobsAsync(run);
        Assert.Equal(["fail", "pass"], jobs.Select(job => (string)job["status"]!));
        Assert.Contains("exit 3", (string)jobs[0]["failure_reason"]!, StringComparison.Ordinal);
        Assert.All(jobs, job => Assert.NotEmpty(job["targets"]!.AsObject()));
        Assert.Equal(1, (await _cli.RunAsync("wait", "-r", run)).ExitCode);
        var results = await _cli.RunAsync("results", run);
        Assert.Equal(1, results.ExitCode);
        Assert.Contains("finished fail, 1 pass, 1 fail", results.Output, StringComparison.Ordinal);
        Assert.Contains("seed: '7'", await File.ReadAllTextAsync(Path.Combine(_site.Archive, run, "results.log")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_site.Archive, run, "scrape.log")));
        await using var queue = _site.Queue();
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    [SkippableFact]
    public async Task Kill_AtPaddlesAndBeanstalkd_EndsWhatRunsAndForgetsWhatWaits()
    {
        await _site!.ScheduleAsync(Run, "endless", "sleep 600");
        _site.Begin("worker", "--tube", "embedded", "--lab", "loopback");
        await ToolSite.UntilAsync(async () => (string?)(await _site.JobsAsync(Run)).Single()["status"] == "running");
        await _site.ScheduleAsync(Run, "waiting", "true");

        var killed = await _cli.RunAsync("kill", "-r", Run);

        Assert.True(killed.ExitCode == 0, killed.Error);
        var job = Assert.Single(await _site.JobsAsync(Run));
        Assert.Equal(("endless", "dead", "killed"), ((string)job["description"]!, (string)job["status"]!, (string)job["failure_reason"]!));
        await using var queue = _site.Queue();
        await ToolSite.UntilAsync(async () => (await queue.ListAsync(QueueQuery.All, default)).Count == 0);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

public sealed partial class JobSessionTests
{
    private const string TwoSteps = """
        tasks:
        - test.step: {name: a, exits: [ok]}
        - test.step: {name: b, exits: [ok, ok]}
        """;

    [Fact]
    public async Task RunAsync_AllWell_PassesAndUnwindsInReverse()
    {
        using var host = new JobHost();
        var result = await host.RunAsync(TwoSteps);
        Assert.Equal((JobStatus.Pass, null, null), (result.Status, result.FailureReason, result.Error));
        Assert.Equal(["enter a", "enter b", "exit b/1", "exit b/0", "exit a/0"], host.Trace.Steps);
        string[] tasks = ["internal.check_packages", "internal.buildpackages_prep", "internal.save_config", "internal.add_remotes", "internal.archive_upload", "internal.timer", "clock", "test.step", "test.step"];
        Assert.Equal([.. tasks.Select(t => $"enter {t}"), .. tasks.Reverse().Select(t => $"exit {t}"), "ended: Pass"], host.Observed.All);
    }

    [Fact]
    public async Task RunAsync_AllWell_ArchivesUnderUpstreamsNames()
    {
        using var host = new JobHost();
        var result = await host.RunAsync(TwoSteps);
        Assert.Equal(Path.Combine(host.Archive, "run", "1"), result.ArchivePath);
        Assert.Equal(
            ["config.yaml", "events.jsonl", "info.yaml", "orig.config.yaml", "owner", "pid", "summary.yaml", "teuthology.log", "timing.yaml"],
            Directory.GetFileSystemEntries(result.ArchivePath!).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var summary = JobHost.Summary(result);
        Assert.Equal(
            (true, "pass", "tester@host", "test/{job}"),
            ((bool)summary["success"]!, summary["status"], summary["owner"], summary["description"]));
        Assert.Equal(result.Duration.TotalSeconds, (double)summary["duration"]!, tolerance: 1e-5);
        Assert.False(summary.ContainsKey("failure_reason"));

        var timing = Load(result, "timing.yaml");
        var marks = ((YamlList)timing["marks"]!).Cast<YamlMap>().Select(m => m["message"]).ToList();
        Assert.Equal("internal.check_packages enter", marks[0]);
        Assert.Equal(["internal.check_packages exit", "tasks complete"], marks[^2..]);

        var info = Load(result, "info.yaml");
        Assert.Equal(("run", "1", (long)Environment.ProcessId), (info["name"], info["job_id"], info["pid"]));
        Assert.Equal(File.ReadAllText(Path.Combine(result.ArchivePath!, "orig.config.yaml")), File.ReadAllText(Path.Combine(result.ArchivePath!, "config.yaml")));
    }

    [Fact]
    public async Task RunAsync_Log_HasUpstreamsLineFormat()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a}\n");
        var lines = await File.ReadAllLinesAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
        Assert.Contains(lines, l => StepLine().IsMatch(l));
        Assert.Contains(lines, l => l.EndsWith("INFO:teuthology.run_tasks:Running task test.step..."));
        Assert.Equal("pass", lines[^1]);
    }

    [Fact]
    public async Task RunAsync_Events_AreJsonLines()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, enter: throw}\n");
        var events = (await File.ReadAllLinesAsync(Path.Combine(result.ArchivePath!, "events.jsonl"))).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Contains(events, e => e.GetProperty("event").GetString() == "task.entered"
            && e.GetProperty("task").GetString() == "test.step" && e.GetProperty("error").GetString() == "enter a throws");
        Assert.Equal("job.ended", events[^1].GetProperty("event").GetString());
        Assert.Equal("fail", events[^1].GetProperty("status").GetString());
    }

    [Fact]
    public async Task RunAsync_TaskFails_SameReasonEverywhere()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("""
            tasks:
            - test.step: {name: a, exits: [throw]}
            - test.step: {name: b, enter: throw, exits: [dead]}
            - test.step: {name: c}
            """);
        Assert.Equal(JobStatus.Dead, result.Status); // the lost machine of the unwinding; upstream keeps dead
        Assert.Equal("enter b throws", result.FailureReason);
        Assert.Equal("enter b throws", result.Error!.Message);
        Assert.Equal(["enter a", "enter b", "exit b/0", "exit a/0"], host.Trace.Steps);
        var summary = JobHost.Summary(result);
        Assert.Equal((false, "dead", "enter b throws"), ((bool)summary["success"]!, summary["status"], summary["failure_reason"]));
        Assert.Equal(
            ["enter b throws", "exit b/0 lost its machine", "exit a/0 throws"],
            ((YamlList)summary["failures"]!).Cast<YamlMap>().Select(f => f["reason"]));
        Assert.Equal("enter b throws", Assert.Single(host.Observed.Results).FailureReason);
    }

    [Fact]
    public async Task RunAsync_OnlyUnwindingFails_TurnsPassIntoFail()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, exits: [throw]}\n");
        Assert.Equal((JobStatus.Fail, "exit a/0 throws"), (result.Status, result.FailureReason));
    }

    [Fact]
    public async Task RunAsync_TaskSkips_UnwindsAndSkips()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, exits: [ok]}\n- test.step: {name: b, enter: skip}\n");
        Assert.Equal((JobStatus.Skip, "enter b lacks a thing; get it"), (result.Status, result.FailureReason));
        Assert.Equal(["enter a", "enter b", "exit a/0"], host.Trace.Steps);
        Assert.Equal("skip", JobHost.Summary(result)["status"]);
    }

    [Fact]
    public async Task RunAsync_Cancelled_IsDeadAndUnwinds()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, exits: [ok]}\n- test.step: {name: b, enter: cancel}\n");
        Assert.Equal((JobStatus.Dead, "the job was cancelled (in task test.step)"), (result.Status, result.FailureReason));
        Assert.Equal(["enter a", "enter b", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task RunAsync_TimeLimit_IsDeadAndUnwinds()
    {
        using var host = new JobHost(change: o => o with { JobTimeout = TimeSpan.FromMilliseconds(200) });
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, enter: wait, exits: [ok]}\n");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.StartsWith("hit max job timeout: ", result.FailureReason);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task RunAsync_TaskIgnoresCancellation_IsLeftBehind()
    {
        using var host = new JobHost(change: o => o with { CancelGrace = TimeSpan.FromMilliseconds(100) });
        await using var session = await host.StartAsync("tasks:\n- test.step: {name: a, enter: ignore, exits: [ok]}\n");
        var running = session.RunAsync(host.Trace.Cancel.Token);
        await host.Trace.Waiting.Task;
        await host.Trace.Cancel.CancelAsync();
        await Assert.ThrowsAsync<TeuthologyException>(() => running);
        var result = await session.UnwindAsync();
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("did not stop within", result.FailureReason);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
    }

    [Fact]
    public async Task UnwindAsync_StepHangs_GoesOnAfterItsDeadline()
    {
        using var host = new JobHost(change: o => o with { UnwindTimeout = TimeSpan.FromMilliseconds(100), CancelGrace = TimeSpan.FromMilliseconds(50) });
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, exits: [ok]}\n- test.hang:\n");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("test.hang: hang did not stop", result.FailureReason);
        Assert.Equal("exit a/0", host.Trace.Steps[^1]);
    }

    [Theory]
    [InlineData("", "went on")]
    [InlineData("{interrupt: true}", "gave up")]
    public async Task UnwindAsync_StepTakesAsLongAsItLikes_IsHeldToTheLimitOnlyOnceInterrupted(string config, string expected)
    {
        using var host = new JobHost(change: o => o with { UnwindTimeout = TimeSpan.FromMilliseconds(1) });
        await host.RunAsync($"tasks:\n- test.patient: {config}\n");
        Assert.Equal([expected], host.Trace.Steps);
    }

    [Fact]
    public async Task DisposeAsync_WhileRunning_StopsAndUnwinds()
    {
        using var host = new JobHost();
        var session = await host.StartAsync("tasks:\n- test.step: {name: a, enter: wait, exits: [ok]}\n");
        var running = session.RunAsync(CancellationToken.None);
        await host.Trace.Waiting.Task;
        await session.DisposeAsync();
        await Assert.ThrowsAsync<TeuthologyException>(() => running);
        Assert.Equal(["enter a", "exit a/0"], host.Trace.Steps);
        Assert.Same(await session.UnwindAsync(), await session.UnwindAsync());
        Assert.Equal(JobStatus.Dead, Assert.Single(host.Observed.Results).Status);
    }

    [Fact]
    public async Task UnwindAsync_NeverRun_IsNoPass()
    {
        using var host = new JobHost();
        await using var session = await host.StartAsync(TwoSteps);
        var result = await session.UnwindAsync();
        Assert.Equal((JobStatus.Dead, "the job was given up before its first task ran"), (result.Status, result.FailureReason));
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task StartAsync_CancelledWhileWaitingForMachines_HoldsNothing()
    {
        var lab = new PaperLab { Gate = new TaskCompletionSource().Task };
        using var host = new JobHost(lab);
        var starting = host.StartAsync("roles: [[a]]\n", host.Trace.Cancel.Token);
        await lab.Asked.Task;
        await host.Trace.Cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(0, lab.Held);
        var result = Assert.Single(host.Observed.Results);
        Assert.Equal((JobStatus.Dead, "the job was cancelled while it waited for machines (in task internal.lock_machines)"), (result.Status, result.FailureReason));
        Assert.Contains("waiting: waiting for paper", host.Observed.All);
        Assert.Equal("dead", JobHost.Summary(result)["status"]);
    }

    [Fact]
    public async Task StartAsync_LabFails_IsDeadAndThrows()
    {
        var lab = new PaperLab { Gate = Task.FromException(new TeuthologyException(FailureKind.Infrastructure, "no ink")) };
        using var host = new JobHost(lab);
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => host.StartAsync("roles: [[a]]\n"));
        Assert.Equal("no ink", error.Message);
        Assert.Equal("no ink", JobHost.Summary(Assert.Single(host.Observed.Results))["failure_reason"]);
    }

    [Fact]
    public async Task RunAsync_LeaseLost_IsDeadAndGivesBack()
    {
        var lab = new PaperLab();
        using var host = new JobHost(lab);
        await using var session = await host.StartAsync("roles: [[a], [b]]\n");
        Assert.Equal((2, "tester@host", session.ArchivePath), (lab.Held, lab.Request!.Owner, lab.Request.Description));
        await lab.Lost.CancelAsync();
        await Assert.ThrowsAsync<TeuthologyException>(() => session.RunAsync(CancellationToken.None));
        var result = await session.UnwindAsync();
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.StartsWith("the lease on p1, p2 was lost", result.FailureReason);
        Assert.Equal(0, lab.Held);
    }

    [Fact]
    public async Task StartAsync_ArchiveIsThereAlready_IsAnError()
    {
        using var host = new JobHost();
        await host.RunAsync("tasks: []\n");
        var again = host.Job("tasks: []\n") with { JobId = "1" };
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.Engine.StartAsync(again, null, CancellationToken.None));
        Assert.Contains("is there already", error.Message);
    }

    [Fact]
    public async Task RunAsync_ManyJobsAtOnce_LogsDoNotMix()
    {
        using var host = new JobHost();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.RunAsync($"tasks:\n- test.step: {{name: job-{i}-}}\n")));
        for (var i = 0; i < results.Length; i++)
        {
            var log = await File.ReadAllTextAsync(Path.Combine(results[i].ArchivePath!, "teuthology.log"));
            Assert.Contains($":step job-{i}-\n", log);
            Assert.Single(AnyStep().Matches(log));
        }
    }

    private static YamlMap Load(JobResult result, string file) => (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, file))!;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} INFO:teuthology\.task\.test\.step:step a$")]
    private static partial Regex StepLine();

    [GeneratedRegex(@":step job-")]
    private static partial Regex AnyStep();
}

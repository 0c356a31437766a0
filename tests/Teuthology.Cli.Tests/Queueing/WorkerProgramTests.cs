using System.Diagnostics;
using System.Globalization;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

/// <summary>Workers and dispatchers as processes, on the loopback lab, which needs no privilege: what they run, and what becomes of it when something is killed.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class WorkerProgramTests : IAsyncLifetime
{
    private const string Run = "me-2026-11-23_07:00:00-dummy-main-distro-default-embedded";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Cli _cli = new();
    private readonly List<Process> _started = [];

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _started.Where(process => !process.HasExited))
            process.Kill();
        await TeuthologyProgram.RunAsync(Start("kill", "-r", Run));
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableTheory]
    [InlineData("worker")]
    [InlineData("dispatcher")]
    public async Task Work_PassingFailingAndWrongJobs_AllHaveTheirResultAndTheQueueIsEmpty(string verb)
    {
        await ScheduleAsync("good", "- exec: {a.0: ['true']}");
        await ScheduleAsync("bad", "- exec: {a.0: ['exit 3']}");
        await ScheduleAsync("wrong", "- no_such_task:");

        var result = await TeuthologyProgram.RunAsync(Start(verb, "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Equal([("good", "pass"), ("bad", "fail"), ("wrong", "fail")], (await JobsAsync()).Select(job => (job.Description!, job.Status)));
        await using var queue = Queue();
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
        Assert.Equal("finished", Assert.Single(await queue.HistoryAsync("1", default)).How);
        var archive = (await JobsAsync())[0].ArchivePath!;
        Assert.Equal(Path.Combine(_cli.Directory, "archive", Run, "1"), archive);
        foreach (var file in new[] { "default.config.yaml", "orig.config.yaml", "config.yaml", "info.yaml", "summary.yaml", "owner", "pid", "teuthology.log", "supervisor.1.log", "worker.log" })
            Assert.True(File.Exists(Path.Combine(archive, file)), file);
        var original = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "orig.config.yaml"))!;
        Assert.Equal((archive, "1"), (original.Get("archive_path"), original.Get("job_id")));
    }

    [SkippableFact]
    public async Task Job_WorkerKilled9_GoesOnToItsEndAndRunsOnce()
    {
        var marks = Path.Combine(_cli.Directory, "marks");
        await ScheduleAsync("slow", $"- exec: {{a.0: ['echo ran >> {marks}', 'sleep 6']}}");
        var worker = Begin("worker", "--tube", "embedded", "--lab", "loopback");
        await UntilAsync(async () => File.Exists(marks) && (await JobsAsync()).Single().Status == "running");

        worker.Kill();
        await worker.WaitForExitAsync();
        var next = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Contains("of a worker that is gone still runs; watching it", next.Error, StringComparison.Ordinal);
        Assert.Equal("pass", (await JobsAsync()).Single().Status);
        Assert.Single(await File.ReadAllLinesAsync(marks));
    }

    [SkippableFact]
    public async Task Job_ItsProcessKilled9_GoesBackToTheQueueAndPasses()
    {
        var marks = Path.Combine(_cli.Directory, "marks");
        await ScheduleAsync("once", $"- exec: {{a.0: ['echo ran >> {marks}; [ $(wc -l < {marks}) -gt 1 ] || sleep 600']}}");
        Begin("worker", "--tube", "embedded", "--lab", "loopback");
        await UntilAsync(() => Task.FromResult(File.Exists(marks)));

        await KillJobAsync();

        await UntilAsync(async () => (await JobsAsync()).Single().Status == "pass");
        Assert.Equal(2, (await File.ReadAllLinesAsync(marks)).Length);
        await using var queue = Queue();
        await UntilAsync(async () => (await queue.ListAsync(QueueQuery.All, default)).Count == 0);
        var history = await queue.HistoryAsync("1", default);
        Assert.Equal(2, history.Count);
        Assert.Contains("process", history[0].How, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_cli.Directory, "archive", Run, "1", "attempts", "1", "default.config.yaml")));
    }

    [SkippableFact]
    public async Task Job_ItsProcessAlwaysKilled9_EndsDeadAfterThreeAttempts()
    {
        await ScheduleAsync("never", "- exec: {a.0: ['kill -9 $(cat " + Path.Combine(_cli.Directory, "archive", Run, "1", "pid") + ")']}");

        var result = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(result.ExitCode == 137, result.Error);
        var job = (await JobsAsync()).Single();
        Assert.Equal("dead", job.Status);
        Assert.StartsWith("the job was tried 3 times and never came to its end", job.FailureReason, StringComparison.Ordinal);
        await using var queue = Queue();
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
        await using var locks = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        await locks.ReclaimAsync(default);
        Assert.DoesNotContain(await locks.ListAsync(default), node => node.Locked && node.Description?.Contains(Run, StringComparison.Ordinal) == true);
    }

    [SkippableFact]
    public async Task Kill_RunningJob_UnwindsItAndItEndsDead()
    {
        await ScheduleAsync("endless", "- exec: {a.0: ['sleep 600']}");
        var worker = Begin("worker", "--tube", "embedded", "--lab", "loopback");
        await UntilAsync(async () => (await JobsAsync()).Single().Status == "running");

        var killed = await TeuthologyProgram.RunAsync(Start("kill", "-r", Run));

        Assert.True(killed.ExitCode == 0, killed.Error);
        Assert.Contains("Killing Pids: {", killed.Error, StringComparison.Ordinal);
        var job = (await JobsAsync()).Single();
        Assert.Equal(("dead", "killed"), (job.Status, job.FailureReason));
        Assert.True(File.Exists(Path.Combine(job.ArchivePath!, "summary.yaml")));
        await using var queue = Queue();
        await UntilAsync(async () => (await queue.ListAsync(QueueQuery.All, default)).Count == 0);
        Assert.False(worker.HasExited);
        using var term = Process.Start("kill", ["-TERM", worker.Id.ToString(CultureInfo.InvariantCulture)]);
        await worker.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, worker.ExitCode);
    }

    private StoreQueue Queue() => new(Path.Combine(_cli.State, "queue.db"), null, TimeProvider.System);

    private async Task<IReadOnlyList<JobRecord>> JobsAsync() => await (await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default)).JobsAsync(Run, default);

    private async Task KillJobAsync()
    {
        var pid = await File.ReadAllTextAsync(Path.Combine(_cli.Directory, "archive", Run, "1", "pid"));
        using var kill = Process.Start("kill", ["-KILL", pid]);
        await kill.WaitForExitAsync();
    }

    private async Task ScheduleAsync(string description, string tasks)
    {
        var file = _cli.Write("job.yaml", $"roles: [[a.0]]\ntasks:\n{tasks}\n");
        var result = await _cli.RunAsync("schedule", "--name", Run, "-d", description, "-w", "embedded", file);
        Assert.True(result.ExitCode == 0, result.Error);
    }

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await reached())
            await Task.Delay(100, limit.Token);
    }

    private Process Begin(params string[] arguments)
    {
        var process = Process.Start(Start(arguments))!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        start.Environment["HOME"] = _cli.Directory;
        return start;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli.Tests;

/// <summary>A job's process that hangs and does not even unwind: a real one, stopped by a signal, with machines of the loopback lab.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class WatchdogTests : IAsyncLifetime
{
    private const string Run = "me-2026-11-23_07:00:00-dummy-main-distro-default-embedded";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Cli _cli = new();
    private Process? _worker;

    private string Archive => Path.Combine(_cli.Directory, "archive", Run, "1");

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", "watchdog_interval: 1\n");
    }

    public async Task DisposeAsync()
    {
        if (_worker is { HasExited: false })
        {
            _worker.Kill();
            await _worker.WaitForExitAsync();
        }

        await SignalAsync("KILL");
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Job_HangsAndDoesNotUnwind_LogsAreFetchedMachinesGivenBackAndItEndsDead()
    {
        // It notes a log of its own on its machine, and stops its own controller.
        var job = _cli.Write("job.yaml", $$"""
            roles: [[a.0]]
            tasks:
            - exec: {a.0: ['echo left behind > $TESTDIR/archive/left.txt', 'kill -STOP $(cat {{Archive}}/pid)', 'sleep 600']}
            """);
        var put = await _cli.RunAsync("schedule", "--name", Run, "-d", "hangs", "-w", "embedded", job);
        Assert.True(put.ExitCode == 0, put.Error);
        _worker = Process.Start(Start("worker", "--tube", "embedded", "--lab", "loopback"))!;
        _worker.BeginOutputReadLine();
        _worker.BeginErrorReadLine();
        await UntilStoppedAsync();
        _worker.Kill();
        await _worker.WaitForExitAsync();

        // Only now is there a limit: a job that is still able to would end itself by it.
        _cli.Write("site.yaml", "max_job_time: 1\nmax_job_grace: 0\nunwind_time: 1\nlog_fetch_time: 60\nwatchdog_interval: 1\n");
        var second = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        var text = second.Error;
        Assert.Contains("ran longer than 1s. Killing...", text, StringComparison.Ordinal);
        Assert.Contains("does not unwind", text, StringComparison.Ordinal);
        Assert.Contains("Transferred archived files of lo", text, StringComparison.Ordinal);
        await using var results = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        var record = Assert.Single(await results.JobsAsync(Run, default));
        Assert.Equal(("dead", JobEnds.MaxTime), (record.Status, record.FailureReason));
        var host = ((JsonObject)record.Document["targets"]!).Single().Key.Split('@')[1];
        Assert.Equal("left behind\n", await File.ReadAllTextAsync(Path.Combine(Archive, "remote", host, "left.txt")));
        Assert.Contains(JobEnds.MaxTime, await File.ReadAllTextAsync(Path.Combine(Archive, "summary.yaml")), StringComparison.Ordinal);
        await UntilDeadAsync();
        await using var locks = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        Assert.DoesNotContain(await locks.ListAsync(default), node => node.Locked);
        await using var queue = new StoreQueue(Path.Combine(_cli.State, "queue.db"), null, TimeProvider.System);
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    [SkippableFact]
    public async Task Job_KilledInTheResultsByAnotherHost_UnwindsAndLeavesQueueAndMachines()
    {
        var job = _cli.Write("job.yaml", """
            roles: [[a.0]]
            tasks:
            - exec_on_cleanup: {a.0: ['echo unwound > $TESTDIR/archive/end.txt']}
            - exec: {a.0: ['sleep 600']}
            """);
        var put = await _cli.RunAsync("schedule", "--name", Run, "-d", "is long", "-w", "embedded", job);
        Assert.True(put.ExitCode == 0, put.Error);
        var working = TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));
        await UntilLoggedAsync("sleep 600");

        // What Ctrl-C of a test run does that only queued the job, and `kill` on a host that does not run it
        await using var results = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await results.SaveJobAsync(Run, "1", new JsonObject { ["name"] = Run, ["job_id"] = "1", ["status"] = "dead", ["failure_reason"] = JobEnds.Killed }, default);

        var text = (await working).Error;
        Assert.Contains($"Job {Run}/1 was killed by somebody elsewhere. Killing...", text, StringComparison.Ordinal);
        Assert.DoesNotContain("does not unwind", text, StringComparison.Ordinal);
        var record = Assert.Single(await results.JobsAsync(Run, default));
        Assert.Equal("dead", record.Status);
        Assert.Equal("unwound\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Archive, "end.txt", SearchOption.AllDirectories))));
        await using var locks = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        Assert.DoesNotContain(await locks.ListAsync(default), node => node.Locked);
        await using var queue = new StoreQueue(Path.Combine(_cli.State, "queue.db"), null, TimeProvider.System);
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }

    [Fact]
    public async Task Worker_TimesMakeNoSense_SaysWhichKey()
    {
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("wrong.yaml", "unwind_time: soon\n");

        var result = await _cli.RunAsync("worker", "--tube", "embedded", "--exit-on-empty-queue");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'unwind_time' must be a whole number from 0 to 604800", result.Error, StringComparison.Ordinal);
    }

    private async Task UntilLoggedAsync(string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        for (var log = Path.Combine(Archive, "teuthology.log"); ; await Task.Delay(100, limit.Token))
        {
            if (File.Exists(log) && (await File.ReadAllLinesAsync(log, limit.Token)).Any(line => line.Contains("orchestra.run", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)))
                return;
        }
    }

    // The letter behind the name in brackets: T is stopped.
    private async Task UntilStoppedAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        for (var pid = Path.Combine(Archive, "pid"); ; await Task.Delay(100, limit.Token))
        {
            if (File.Exists(pid) && await File.ReadAllTextAsync(pid, limit.Token) is { Length: > 0 } id && (await File.ReadAllTextAsync($"/proc/{id}/stat", limit.Token)).Split(") ")[1][0] == 'T')
                return;
        }
    }

    // Its parent was killed: whoever inherited it may take its time to clear it away.
    private async Task UntilDeadAsync()
    {
        var process = Path.Combine("/proc", await File.ReadAllTextAsync(Path.Combine(Archive, "pid")));
        using var limit = new CancellationTokenSource(Patience);
        while (IsAlive(process))
            await Task.Delay(100, limit.Token);

        static bool IsAlive(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[1][0] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                // It is gone.
                return false;
            }
        }
    }

    private async Task SignalAsync(string signal)
    {
        if (!File.Exists(Path.Combine(Archive, "pid")))
            return;
        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(Archive, "pid")), CultureInfo.InvariantCulture);
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", signal, pid.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        start.Environment["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"];
        start.Environment["HOME"] = _cli.Directory;
        return start;
    }
}

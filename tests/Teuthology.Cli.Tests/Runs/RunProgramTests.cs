using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Yaml;

namespace Teuthology.Cli.Tests;

/// <summary><c>run</c> and <c>suite run</c> as users type them, on the loopback lab, which needs no privilege.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class RunProgramTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task SuiteRun_PassingFailingAndBrokenJobs_AllHaveTheirResult()
    {
        Fragment("good", "- exec: {a.0: ['true']}");
        Fragment("bad", "- exec: {a.0: ['echo the reason >&2; exit 3']}");
        Fragment("wrong", "- no_such_task:");
        _cli.Write("suites/mine/broken.yaml", "tasks: [\n");

        var result = await TeuthologyProgram.RunAsync(Start("suite", "run", "mine", "--suite-dir", _cli.Directory, "--json", "--lab", "loopback"));

        Assert.True(result.ExitCode == 1, result.Error);
        var jobs = result.Lines.Select(line => JsonNode.Parse(line)!).ToDictionary(job => (string)job["description"]!);
        Assert.Equal(["mine/bad", "mine/broken", "mine/good", "mine/wrong"], jobs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("pass", (string)jobs["mine/good"]["status"]!);
        Assert.Equal("fail", (string)jobs["mine/bad"]["status"]!);
        Assert.Contains("status 3", (string)jobs["mine/bad"]["failure_reason"]!, StringComparison.Ordinal);
        Assert.Contains("broken.yaml:2:", (string)jobs["mine/broken"]["failure_reason"]!, StringComparison.Ordinal);
        Assert.Contains("no_such_task", (string)jobs["mine/wrong"]["failure_reason"]!, StringComparison.Ordinal);

        var run = (string)jobs["mine/good"]["name"]!;
        Assert.True(RunName.TryParse(run, out var name));
        Assert.Equal(("mine", "loopback"), (name.Suite, name.MachineType));
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        Assert.Equal("finished fail", (await store.RunAsync(run, default))!.Status);
        var good = (await store.JobsAsync(run, default)).Single(job => job.Description == "mine/good");
        Assert.True(File.Exists(Path.Combine(good.ArchivePath!, "summary.yaml")));
        Assert.NotNull(good.Started);
    }

    [SkippableFact]
    public async Task Run_CtrlC_UnwindsAndExits130()
    {
        var file = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['sleep 600']}\n");
        using var process = Process.Start(Start("run", file, "--name", "by-hand", "--lab", "loopback"))!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.EndsWith(" exec", StringComparison.Ordinal))
        {
        }

        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var rest = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(process.ExitCode == 130, await rest);
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        Assert.Equal("dead", (await store.JobAsync("by-hand", "1", default))!.Status);
        await using var locks = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        Assert.DoesNotContain(await locks.ListAsync(default), node => node.Locked);
    }

    [SkippableFact]
    public async Task Run_Killed9_IsDeadInTheResultsAfterwards()
    {
        var file = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['sleep 600']}\n");
        using var process = Process.Start(Start("run", file, "--name", "by-hand", "--lab", "loopback"))!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.EndsWith(" exec", StringComparison.Ordinal))
        {
        }

        process.Kill();
        await process.WaitForExitAsync();

        var archive = Path.Combine(_cli.Directory, "archive", "by-hand", "1");
        Assert.False(File.Exists(Path.Combine(archive, "summary.yaml")));

        // The next command, whichever it is, tells how the job ended; the next one of the lab takes its machines away.
        var result = await _cli.RunAsync("results", "by-hand");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the process that ran the job is gone", result.Output, StringComparison.Ordinal);
        var summary = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "summary.yaml"))!;
        Assert.Equal(("dead", "the process that ran the job is gone"), (summary["status"], summary["failure_reason"]));
        await TeuthologyProgram.RunAsync(Start("lab", "gc", "--lab", "loopback"));
        var lab = new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System);
        Assert.Empty(await lab.StatusAsync(default));
    }

    [SkippableFact]
    public async Task Run_CtrlCTwice_StillUnwindsAndLeavesNothing()
    {
        var file = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- full_sequential_finally:\n  - exec: {a.0: ['sleep 3; echo unwound > $TESTDIR/archive/unwound']}\n- exec: {a.0: ['sleep 600']}\n");
        using var process = Process.Start(Start("run", file, "--name", "by-hand", "--lab", "loopback"))!;
        while (await process.StandardError.ReadLineAsync() is { } line && !line.EndsWith(" exec", StringComparison.Ordinal))
        {
        }

        var rest = process.StandardError.ReadToEndAsync();
        for (var signal = 0; signal < 2; signal++)
        {
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await Task.Delay(1000);
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(process.ExitCode == 130, await rest);
        Assert.Contains("still cleaning up", await rest, StringComparison.Ordinal);
        var archive = Path.Combine(_cli.Directory, "archive", "by-hand", "1");
        Assert.Equal("unwound\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(archive, "unwound", SearchOption.AllDirectories))));
        var summary = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "summary.yaml"))!;
        Assert.Equal(("dead", "the job was cancelled (in task exec)"), (summary["status"], summary["failure_reason"]));
        await using var locks = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        Assert.DoesNotContain(await locks.ListAsync(default), node => node.Locked);
    }

    [SkippableFact]
    public async Task ClassicTeuthology_WithUpstreamsOptions_RunsTheJob()
    {
        var file = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['true']}\n");
        var more = _cli.Write("more.yaml", "tasks:\n- print: second\n");
        var archive = Path.Combine(_cli.Directory, "mine");

        var result = await TeuthologyProgram.RunAsync(Start(
            "-v", "--lab", "loopback", "--lock", "--block", "--owner", "me@here", "--name", "by-hand", "--description", "some/{thing}", "--os-type", "debian", "-a", archive, file, more));

        Assert.True(result.ExitCode == 0, result.Error);
        var info = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "info.yaml"))!;
        Assert.Equal(("by-hand", "me@here", "some/{thing}"), (info["name"], info["owner"], info["description"]));
        var config = (YamlMap)YamlLoader.LoadFile(Path.Combine(archive, "config.yaml"))!;
        Assert.Equal(("debian", 2), (config["os_type"], ((YamlList)config["tasks"]!).Count));
        var log = await File.ReadAllTextAsync(Path.Combine(archive, "teuthology.log"));
        Assert.Contains("Summary data:\n", log, StringComparison.Ordinal);
        Assert.EndsWith("pass\n", log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Run_JobFromStandardInput_Passes()
    {
        var start = Start("-c", "printf 'tasks:\\n- print: hello\\n' | \"$0\" run - --lab loopback --json", TeuthologyProgram.Path);
        start.FileName = "bash";

        var result = await TeuthologyProgram.RunAsync(start);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("pass", (string)JsonNode.Parse(result.Output)!["status"]!);
    }

    [SkippableFact]
    public async Task SuiteRun_FilterThatLeavesNothing_IsBadInput()
    {
        Fragment("good", "- nop:");

        var result = await TeuthologyProgram.RunAsync(Start("suite", "run", "mine", "--suite-dir", _cli.Directory, "--filter", "nothing", "--lab", "loopback"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("the filters left none", result.Error, StringComparison.Ordinal);
    }

    private void Fragment(string name, string task) => _cli.Write($"suites/mine/{name}.yaml", $"roles: [[a.0]]\ntasks:\n{task}\n");

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        return start;
    }
}

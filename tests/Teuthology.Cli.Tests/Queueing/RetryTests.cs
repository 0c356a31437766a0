using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli.Tests;

/// <summary>Jobs that the lab fails are tried again by the worker, others are not.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class RetryTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", $"task_assemblies: ['{typeof(ShakyLabTask).Assembly.Location}']\n");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Worker_JobsThatTheLabFails_AreTriedAgainAsOftenAsAskedAndOthersAreNot()
    {
        Job("once", "test.shaky_lab: " + Lab("once", "the first time"));
        Job("always", "test.shaky_lab: " + Lab("always", "one", "two", "three", "four"));
        Job("product", "exec: {a.0: ['exit 3']}");
        var scheduled = await _cli.RunAsync("suite", "-s", "dummy", "--suite-dir", Path.Combine(_cli.Directory, "suites"), "-m", "embedded", "--retry-infrastructure", "1", "--json");
        Assert.True(scheduled.ExitCode == 0, scheduled.Error);
        var run = (string)JsonNode.Parse(scheduled.Output)!["name"]!;

        var worked = await TeuthologyProgram.RunAsync(Start("worker", "--tube", "embedded", "--lab", "loopback", "--exit-on-empty-queue"));

        Assert.True(worked.ExitCode == 1, worked.Error);
        await using var results = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        var jobs = (await results.JobsAsync(run, default)).ToDictionary(job => job.Description!.Split('/', '}')[^2].Split(' ')[^1], StringComparer.Ordinal);
        Assert.Equal(("pass", null), (jobs["once"].Status, jobs["once"].FailureReason));
        Assert.Equal(("dead", "the lab shakes: two"), (jobs["always"].Status, jobs["always"].FailureReason));
        Assert.Equal("fail", jobs["product"].Status);
        Assert.Null(jobs["product"].Document[InfrastructureRetry.AttemptsKey]);
        var earlier = Assert.Single(jobs["once"].Document[InfrastructureRetry.AttemptsKey]!.AsArray())!;
        Assert.Equal(("dead", "infrastructure", "the lab shakes: the first time"), ((string)earlier["status"]!, (string)earlier["failure_kind"]!, (string)earlier["failure_reason"]!));
        Assert.True(File.Exists(Path.Combine(jobs["once"].ArchivePath!, (string)earlier["archive"]!, "teuthology.log")));
        await using var queue = new StoreQueue(Path.Combine(_cli.State, "queue.db"), null, TimeProvider.System);
        Assert.Equal(
            ["the lab failed it, 1 of 2 attempts: the lab shakes: the first time", "finished"],
            (await queue.HistoryAsync(jobs["once"].JobId, default)).Select(attempt => attempt.How));
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));

        var triage = await _cli.RunAsync("triage", run);
        Assert.Contains($"flaky: {jobs["once"].JobId} passed at attempt 2", triage.Output, StringComparison.Ordinal);
        var told = JsonNode.Parse((await _cli.RunAsync("triage", run, "--json")).Output.TrimEnd().Split('\n')[^1])!;
        Assert.Equal(2, (int)told["passed_at_attempt"]![jobs["once"].JobId]!);
    }

    private void Job(string name, string task)
    {
        _cli.Write("suites/dummy/%", "");
        _cli.Write("suites/dummy/roles/one.yaml", "roles: [[a.0]]\n");
        _cli.Write($"suites/dummy/tasks/{name}.yaml", $"tasks:\n- {task}\n");
    }

    private string Lab(string name, params string[] shakes) => _cli.Write($"lab/{name}", string.Concat(shakes.Select(line => line + "\n")));

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        start.Environment["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"];
        start.Environment["HOME"] = _cli.Directory;
        return start;
    }
}

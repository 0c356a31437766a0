using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary><c>dotnet test -- Teuthology.Mode=scheduled</c>: jobs go to a queue, and each gets the result that a worker writes down.</summary>
public sealed class ScheduledTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Sample _sample = new();

    public ScheduledTests()
    {
        _sample.Job("rbd/a-pass", "tasks: [nop: null]");
        _sample.Job("rbd/b-fail", "tasks: [nop: null]");
        _sample.Job("rbd/c-broken", "a: [\n");
    }

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task Project_Scheduled_ReportsWhatWorkersWriteDown()
    {
        var testing = _sample.RunAsync(
            "test", Sample.Project, "--no-build", "-p:TeuthologySample=true", "--filter", "Suite=rbd", "--logger", "trx", "--results-directory", "results",
            "--", "Teuthology.Mode=scheduled", "Teuthology.MachineType=rack");
        var done = await WorkAsync("rack", jobs: 4);
        var (exit, output) = await testing;

        Assert.True(exit == 1, output);
        Assert.Equal([true, false, false, false], done.Select(job => job.Get("first_in_suite") is true));
        Assert.Equal([false, false, false, true], done.Select(job => job.Get("last_in_suite") is true));
        Assert.Equal((_sample.Suites, "rack"), (done[1].Get("suite_path"), done[1].Get("machine_type")));
        Assert.Contains("PASS   [1/3] rbd/a-pass (1.0 s", output, StringComparison.Ordinal);
        Assert.Contains("FAIL   [2/3] rbd/b-fail (1.0 s", output, StringComparison.Ordinal);
        var results = _sample.Results();
        Assert.Equal(["Passed", "Failed", "Failed"], results.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => r.Value.Attribute("outcome")!.Value));
        Assert.Equal("it broke", Message(results["rbd/b-fail"]));
        Assert.StartsWith($"{_sample.Suites}/rbd/c-broken.yaml:2:1: ", Message(results["rbd/c-broken"]), StringComparison.Ordinal);
        var run = Assert.Single(await (await ResultsStore.OpenAsync(_sample.State, TimeProvider.System, default)).RunsAsync(new RunQuery(), default));
        Assert.Equal(("rbd", "rack", "finished fail", 2), (run.Suite, run.MachineType, run.Status, run.JobsCount));
    }

    [Fact]
    public async Task Signal_WhileQueued_TakesTheJobsBack()
    {
        _sample.Environment["TEUTHOLOGY_MODE"] = "scheduled";
        using var process = _sample.Start("test", Sample.Dll);
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await UntilAsync(async () => await CountAsync() == 4);

        using var kill = Process.Start("kill", ["-INT", "--", $"-{process.Id}"]);
        await kill.WaitForExitAsync();
        await drained;

        await UntilAsync(async () => await CountAsync() == 0);

        // The run is forgotten after the last of its jobs, by a process that may outlive its output.
        var results = await ResultsStore.OpenAsync(_sample.State, TimeProvider.System, default);
        await UntilAsync(async () => (await results.RunsAsync(new RunQuery(), default)).Count == 0);
    }

    [Fact]
    public async Task Signal_WhileAWorkerHasAJob_HasTheWorkerEndIt()
    {
        _sample.Environment["TEUTHOLOGY_MODE"] = "scheduled";
        using var process = _sample.Start("test", Sample.Dll);
        var drained = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await UntilAsync(async () => await CountAsync() == 4);
        await using var queue = Queue();
        var results = await ResultsStore.OpenAsync(_sample.State, TimeProvider.System, default);
        var run = Assert.Single(await results.RunsAsync(new RunQuery(), default)).Name;
        var tube = (await queue.ListAsync(QueueQuery.All, default))[0].Tube;
        QueueClaim? taken;
        do
        {
            taken = await queue.TakeAsync(tube, "worker", TimeSpan.FromSeconds(1), default);
        }
        while (taken?.Document.Get("description") is not string);
        await results.SaveJobAsync(run, taken.Id, new JsonObject { ["status"] = "running" }, default);

        using var kill = Process.Start("kill", ["-INT", "--", $"-{process.Id}"]);
        await kill.WaitForExitAsync();
        await drained;

        await UntilAsync(async () => await results.JobAsync(run, taken.Id, default) is { Status: "dead", FailureReason: "killed" });
        await UntilAsync(async () => (await results.JobsAsync(run, default)).Count == 1);
    }

    private static string Message(XElement result) => result.Descendants().Single(e => e.Name.LocalName == "Message").Value;

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var start = Stopwatch.GetTimestamp(); !await holds(); await Task.Delay(100))
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience);
    }

    private IJobQueue Queue() => QueueBackend.Open(QueueBackend.Store, SiteConfig.Empty, _ => null, _sample.State, TimeProvider.System);

    private async Task<int> CountAsync()
    {
        await using var queue = Queue();
        return (await queue.ListAsync(QueueQuery.All, default)).Count;
    }

    // What a worker does, as far as the queue and the results see it.
    private async Task<List<Yaml.YamlMap>> WorkAsync(string tube, int jobs)
    {
        Directory.CreateDirectory(_sample.State);
        await using var queue = Queue();
        var results = await ResultsStore.OpenAsync(_sample.State, TimeProvider.System, default);
        var done = new List<Yaml.YamlMap>();
        for (var start = Stopwatch.GetTimestamp(); done.Count < jobs && Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            if (await queue.TakeAsync(tube, "worker", TimeSpan.FromSeconds(1), default) is not { } claim)
                continue;
            done.Add(claim.Document);
            if (claim.Document.Get("description") is string description)
            {
                await results.SaveJobAsync((string)claim.Document.Get("name")!, claim.Id, new JsonObject { ["status"] = "running" }, default);
                var isBad = description.EndsWith("fail", StringComparison.Ordinal);
                await results.SaveJobAsync(
                    (string)claim.Document.Get("name")!, claim.Id, new JsonObject { ["status"] = isBad ? "fail" : "pass", ["failure_reason"] = isBad ? "it broke" : null, ["duration"] = 1 }, default);
            }

            await queue.FinishAsync(claim, default);
        }

        return done;
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Teuthology.Jobs.Tests;

public sealed class JobEventTests
{
    private const string Nested = """
        later:
        - test.step: {name: c}
        tasks:
        - test.step: {name: a, exits: [ok, throw]}
        - test.group:
          - test.step: {name: b}
          - later
        - test.step: {name: d, enter: throw}
        """;

    [Fact]
    public async Task Events_OfNestedTasks_TellPathsAndParents()
    {
        using var host = new JobHost();
        var events = Read(await host.RunAsync(Nested));

        var entered = events.Where(e => (string)e["event"]! == "task.enter" && e["path"] is not null).ToList();
        Assert.Equal(
            ["tasks[0] test.step", "tasks[1] test.group", "tasks[1].test.group[0] test.step", "later sequential", "later[0] test.step", "tasks[2] test.step"],
            entered.Select(e => $"{e["path"]} {e["task"]}"));
        Assert.Equal("job.yaml:4:3", (string)entered[0]["at"]!);
        Assert.Null(entered[0]["parent"]);
        Assert.Equal((int)entered[1]["id"]!, (int)entered[2]["parent"]!);
        Assert.Equal((int)entered[3]["id"]!, (int)entered[4]["parent"]!);
        var ids = events.Where(e => (string)e["event"]! == "task.enter").Select(e => (int)e["id"]!).ToList();
        Assert.Equal(Enumerable.Range(1, ids.Count), ids);
        foreach (var id in ids) // whatever is entered is unwound, and both end
            Assert.Equal(["task.enter", "task.entered", "task.exit", "task.exited"], events.Where(e => e["id"] is { } i && (int)i == id).Select(e => (string)e["event"]!).Where(e => e is not ("task.undone" or "job.failure")));
    }

    [Fact]
    public async Task Events_OfFailures_TellTaskPhaseAndKind()
    {
        using var host = new JobHost();
        var events = Read(await host.RunAsync(Nested));

        Assert.Equal("job.started", (string)events[0]["event"]!);
        Assert.Equal(("run", "1", 0), ((string)events[0]["run"]!, (string)events[0]["job_id"]!, (int)events[0]["machines"]!));
        var failures = events.Where(e => (string)e["event"]! == "job.failure").ToList();
        Assert.Equal(["test.step enter d throws False", "test.step exit a/1 throws True"], failures.Select(f => $"{f["task"]} {f["reason"]} {(bool)f["unwinding"]!}"));
        Assert.Equal("enter d throws", (string)events.Single(e => (string)e["event"]! == "job.unwinding")["reason"]!);
        var undone = events.Where(e => (string)e["event"]! == "task.undone" && (string?)e["task"] == "test.step").ToList();
        Assert.Equal([(string?)"exit a/1 throws", null], undone.Select(u => (string?)u["error"]));
        Assert.Equal("fail", (string)events[^1]["status"]!);
    }

    [Fact]
    public async Task Spans_OfAJob_NestAndCarryFailures()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        var mark = Guid.NewGuid().ToString("N");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var parent = new Activity(mark).Start();
        using var host = new JobHost();

        await host.RunAsync(Nested);

        var own = spans.Where(s => s.TraceId == parent.TraceId).ToList();
        var job = Assert.Single(own, s => s.OperationName == "job test/{job}");
        Assert.Equal((parent.SpanId, ActivityStatusCode.Error, "enter d throws"), (job.ParentSpanId, job.Status, job.StatusDescription));
        Assert.Equal("fail", job.GetTagItem("test.case.result.status"));
        var group = Assert.Single(own, s => s.OperationName == "task test.group");
        Assert.Equal((job.SpanId, ActivityStatusCode.Unset), (group.ParentSpanId, group.Status));
        var member = Assert.Single(own, s => (string?)s.GetTagItem("teuthology.task.path") == "tasks[1].test.group[0]" && s.OperationName == "task test.step");
        Assert.Equal(group.SpanId, member.ParentSpanId);
        Assert.Equal(2, own.Count(s => s.OperationName == "unwind test.step" && s.ParentSpanId == job.SpanId));
        var failed = Assert.Single(own, s => (string?)s.GetTagItem("teuthology.task.path") == "tasks[2]" && s.OperationName == "task test.step");
        Assert.Equal((ActivityStatusCode.Error, "enter d throws"), (failed.Status, failed.StatusDescription));
    }

    private static List<JsonNode> Read(JobResult result) =>
        [.. File.ReadLines(Path.Combine(result.ArchivePath!, "events.jsonl")).Select(line => JsonNode.Parse(line)!)];
}

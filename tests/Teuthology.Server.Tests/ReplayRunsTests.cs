using System.Text.Json.Nodes;
using Teuthology.Testing;

namespace Teuthology.Server.Tests;

/// <summary>What a real paddles answered on runs, jobs and queues, asked of ours again in the same order.</summary>
public sealed class ReplayRunsTests
{
    // Answers of ours that are not paddles', by number, and why.
    private static readonly Dictionary<int, (int Status, string? Message, string Why)> OurAnswers = new()
    {
        [4] = (200, null, "a redirect to the slash costs a turn"),
        [6] = (200, null, "a redirect to the slash costs a turn"),
        [8] = (200, null, "a redirect to the slash costs a turn"),
        [132] = (200, null, "a redirect to the slash costs a turn"),
        [147] = (200, null, "a redirect to the slash costs a turn"),
        [142] = (400, "Job status must be one of: pass, fail, queued, running, dead, unknown, waiting", "paddles fails"),
        [153] = (400, "an invalid field was specified", "paddles fails on target_nodes"),
        [174] = (400, "updated must be a time, YYYY-MM-DD HH:MM:SS", "paddles fails"),
        [175] = (400, "timestamp must be a time, YYYY-MM-DD_HH:MM:SS", "paddles fails"),
        [176] = (400, "could not decode JSON body", "paddles fails"),
        [177] = (400, "os_version must have at most 16 characters", "paddles fails"),
        [178] = (400, "duration must be a number of at most 32 bits", "paddles fails"),
        [220] = (200, null, "today is another day"),
        [221] = (200, null, "yesterday is another day"),
        [224] = (400, "date format must match %Y-%m-%d", "paddles' text is cut by its own redirect"),
        [233] = (400, "date format must match %Y-%m-%d", "paddles' text is cut by its own redirect"),
        [255] = (400, "date format must match %Y-%m-%d", "paddles' text is cut by its own redirect"),
        [238] = (400, "count must be an integer", "paddles fails"),
        [241] = (400, "an invalid field was specified", "paddles fails"),
        [270] = (400, "could not find required key: 'queue'", "paddles fails"),
        [279] = (200, null, "a job that was popped is not given to the next one as well"),
        [292] = (200, null, "without a time in its name a run is scheduled when it is posted"),
        [289] = (400, "the name of a run must have at most 512 characters", "paddles fails"),
    };

    // The same for the tools.
    private static readonly Dictionary<int, string> OtherStates = new()
    {
        [137] = "the run was deleted before, by a request that was not recorded",
    };

    // What was sent before those requests, and not recorded.
    private static readonly Dictionary<int, (string Method, string Path, string Body)> NotRecorded = new()
    {
        [164] = ("PUT", "/runs/teuth-2026-11-21_10:11:12-rgw-main-distro-default-smithi/jobs/11/", """{"status": "running", "pid": 999999, "targets": {"ubuntu@gibba001.front.sepia.ceph.com": "ssh-rsa x"}}"""),
        [185] = ("POST", "/runs/teuth-2026-11-19_10:11:12-rbd-main-distro-default-gibba/jobs/", """{"job_id": "900", "success": true, "machine_type": "gibba", "owner": "scheduled_teuth@host"}"""),
    };

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Probes_OddRequests_AreAnsweredAsByPaddles(bool postgres)
    {
        await using var server = await EmptyServer.StartAsync(place: postgres ? await SharedPostgres.PlaceAsync() : null, resultsToo: true);
        await server.SendAsync("POST", "/nodes/", """{"name": "n1", "machine_type": "mt", "up": true}""");
        await server.SendAsync("POST", "/nodes/", """{"name": "n2", "machine_type": "mt", "up": true}""");
        var wrong = new List<string>();
        foreach (var exchange in Exchange.Read("raw-runs.json"))
        {
            var (status, body) = await server.SendAsync(exchange.Method, exchange.Path, exchange.Sent);
            if (OurAnswers.TryGetValue(exchange.Seq, out var ours))
                Compare(exchange, (ours.Status, ours.Message), (status, ours.Message is null ? null : (string?)JsonNode.Parse(body)!["message"]), wrong);
            else
                Compare(exchange, (exchange.Status, RunText.Of(exchange.Answer)), (status, exchange.Answer is null ? RunText.Of(null) : RunText.Of(JsonNode.Parse(body))), wrong);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(12)));
    }

    /// <summary>teuthology-schedule, -queue, -dispatcher, -results, -report and -kill, one after the other as they were recorded.</summary>
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tools_TheirRequests_AreAnsweredAsByPaddles(bool postgres)
    {
        await using var server = await EmptyServer.StartAsync(place: postgres ? await SharedPostgres.PlaceAsync() : null, resultsToo: true);
        var wrong = new List<string>();
        foreach (var exchange in Exchange.Read("tools.json"))
        {
            // What paddles failed over, a NUL in a text, it did not take; what is asked after a redirect to the slash is the next one.
            if (exchange.Status is 302 or 500)
                continue;
            if (NotRecorded.TryGetValue(exchange.Seq, out var before))
                await server.SendAsync(before.Method, before.Path, before.Body);
            var (status, body) = await server.SendAsync(exchange.Method, exchange.Path, exchange.Sent);
            if (!OtherStates.ContainsKey(exchange.Seq))
                Compare(exchange, (exchange.Status, RunText.Of(exchange.Answer)), (status, exchange.Answer is null ? RunText.Of(null) : RunText.Of(JsonNode.Parse(body))), wrong);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(12)));
    }

    private static void Compare(Exchange exchange, (int Status, string? Body) expected, (int Status, string? Body) actual, List<string> wrong)
    {
        if (expected != actual)
            wrong.Add($"{exchange.Seq} {exchange.Method} {exchange.Path} {exchange.Sent}:\n  expected {expected}\n  got      {actual}\n");
    }
}

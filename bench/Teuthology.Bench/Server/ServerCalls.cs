using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Bench;

/// <summary>The calls of schedulers, watchdogs, pages and lockers, one kind after the other.</summary>
public sealed class ServerCalls(Uri address)
{
    private const int Jobs = 1000;
    private const string Run = "bench-2026-11-20_10:11:12-rados-main-distro-default-smithi";
    private const string Posts = Run + "-posts";
    private const string Hole = "1234567890";
    private static readonly string Template = Job(Hole, Run).ToJsonString();
    private static readonly string PostsTemplate = Job(Hole, Posts).ToJsonString();
    private readonly ServerCall[] _reports = [.. Enumerable.Range(1, Jobs).Select(i => ServerCall.Put($"runs/{Run}/jobs/{i}/", new { name = Run, job_id = $"{i}" }))];
    private int _posted;

    /// <summary>What is measured: its name, how many clients there are, and what one of them does when it is its turn for the n-th time; false when that failed.</summary>
    public IReadOnlyList<(string What, int Clients, Func<PlainHttp, int, bool> Do)> Kinds =>
    [
        ("job posts", ServerLoad.Clients, (http, _) => IsDone(http.Ask(ServerCall.Post($"runs/{Posts}/jobs/", Of(PostsTemplate, Interlocked.Increment(ref _posted)))))),
        ("watchdog updates", ServerLoad.Clients, (http, i) => IsDone(http.Ask(_reports[i % Jobs]))),
        ("run with 1,000 jobs", 2, (http, _) => IsDone(http.Ask(ServerCall.Get($"runs/{Run}/")))),
        ("list of runs", ServerLoad.Clients, (http, _) => IsDone(http.Ask(ServerCall.Get("runs/")))),
        ("500 machines", 4, (http, _) => IsDone(http.Ask(ServerCall.Get("nodes/")))),
        ("lock-many of 3 and unlock", ServerLoad.Clients, LockAndUnlock),
    ];

    /// <summary>Makes 500 machines, and a run of 1,000 jobs.</summary>
    public async Task FillAsync()
    {
        await HttpLockClient.FillAsync(address);
        await Parallel.ForEachAsync(Enumerable.Range(1, Jobs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, (i, _) =>
        {
            using var http = new PlainHttp(address);

            // A paddles fails over some of the posts that come at the same time.
            for (var tries = 1; !IsDone(http.Ask(ServerCall.Post($"runs/{Run}/jobs/", Of(Template, i)))); tries++)
            {
                if (tries > 1 && http.Body.Span.IndexOf("already exists"u8) >= 0)
                    break;
                if (tries == 10)
                    throw new InvalidOperationException($"{address} takes no jobs: {System.Text.Encoding.UTF8.GetString(http.Body.Span)}");
            }

            return ValueTask.CompletedTask;
        });
    }

    private static bool LockAndUnlock(PlainHttp http, int turn)
    {
        var owner = $"client{turn}@bench";
        if (!IsDone(http.Ask(ServerCall.Post("nodes/lock_many/", new { count = 3, locked_by = owner, machine_type = "mt", description = "/archive/run/1" }))))
            return false;
        using var nodes = JsonDocument.Parse(http.Body);
        var names = nodes.RootElement.EnumerateArray().Select(node => node.GetProperty("name").GetString()).ToArray();
        return IsDone(http.Ask(ServerCall.Post("nodes/unlock_many/", new { names, locked_by = owner })));
    }

    private static bool IsDone(int status) => status is >= 200 and < 300;

    private static string Of(string template, int job) => template.Replace(Hole, job.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    // About what teuthology-schedule posts.
    private static JsonObject Job(string id, string run) => new()
    {
        ["job_id"] = id, ["name"] = run, ["status"] = "queued", ["description"] = $"rados/thrash/{{0-size-min-size-overrides/2-size-2-min-size clusters/fixed-2 msgr/async objectstore/bluestore-{id}}}",
        ["machine_type"] = "smithi", ["branch"] = "main", ["suite"] = "rados", ["sha1"] = new string('a', 40), ["priority"] = 100, ["owner"] = "scheduled_teuth@host", ["user"] = "teuth",
        ["roles"] = new JsonArray(new JsonArray("mon.a", "mgr.x", "osd.0", "osd.1", "client.0"), new JsonArray("mon.b", "osd.2", "osd.3", "client.1")),
        ["overrides"] = new JsonObject { ["ceph"] = new JsonObject { ["conf"] = new JsonObject { ["mon"] = new JsonObject { ["debug mon"] = 20 }, ["osd"] = new JsonObject { ["debug osd"] = 20, ["osd objectstore"] = "bluestore" } } } },
        ["tasks"] = new JsonArray(new JsonObject { ["install"] = null }, new JsonObject { ["ceph"] = new JsonObject { ["log-ignorelist"] = new JsonArray("but it is still running", "overall HEALTH_") } }, new JsonObject { ["rados"] = new JsonObject { ["ops"] = 4000, ["objects"] = 50 } }),
    };
}

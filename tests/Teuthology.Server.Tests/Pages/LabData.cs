using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Server.Tests.Pages;

/// <summary>A server whose stores hold what a lab's do: runs with archives of real jobs, machines with a history, a queue, and names that somebody chose badly.</summary>
public sealed class LabData : IAsyncLifetime
{
    public const string Failed = "me-2026-11-23_07:09:03-bad-main-distro-default-root";
    public const string Passed = "me-2026-11-22_07:23:06-bad-main-distro-default-root";
    public const string Running = "me-2026-11-23_08:00:00-rbd-main-distro-default-root";
    public const string Other = "you-2026-11-21_06:00:00-rados-main-distro-default-root";
    public const string Hostile = "<img src=x onerror=window.hit=1>‮abc\"'&amp;";
    private readonly string _state = Directory.CreateTempSubdirectory("teuthology-pages-").FullName;
    private ResultsServer _server = null!;
    private LeaseStore _nodes = null!;
    private StoreQueue _queue = null!;

    public Uri Address => _server.Address;

    public ResultsStore Results { get; private set; } = null!;

    /// <summary>Log of the job that runs.</summary>
    public string LiveLog => Path.Combine(_state, "live", "teuthology.log");

    public async Task InitializeAsync()
    {
        Results = await ResultsStore.OpenAsync(_state, TimeProvider.System, default);
        await FillRunsAsync();
        await FillNodesAsync();
        await FillQueueAsync();
        var known = Path.Combine(_state, "known.yaml");
        await File.WriteAllTextAsync(known, """
            issues:
            - name: "1234: assertion in the example"
              owner: me
              link: https://tracker.example/1234
              until: 2099-12-31
              match: {reason: 'AssertionError: \d != \d'}
            - {name: "an old one", owner: you, until: 2020-01-01, match: {description: 'rbd'}}
            """);
        var options = new ServerOptions { Listen = "http://127.0.0.1:0", Queue = _queue, KnownIssues = known, ArchiveRoots = [_state] };
        _server = await ResultsServer.StartAsync(options, Results, _nodes, null, default);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _nodes.DisposeAsync();
        await _queue.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_state, recursive: true);
    }

    /// <summary>Tells the store of a job.</summary>
    public Task SaveAsync(string run, string id, string status, params IEnumerable<(string Key, JsonNode? Value)> more)
    {
        var told = new JsonObject { ["status"] = status };
        foreach (var (key, value) in more)
            told[key] = value;
        return Results.SaveJobAsync(run, id, told, default);
    }

    private async Task FillRunsAsync()
    {
        foreach (var i in Enumerable.Range(1, 6))
        {
            var run = $"me-2026-11-1{i}_10:00:00-rbd-main-distro-default-root";
            foreach (var job in Enumerable.Range(1, 8))
                await SaveAsync(run, $"{job}", job > i ? "fail" : "pass", ("description", $"rbd/{{cluster/one workloads/w{job}}}"), ("duration", 10 * job), ("failure_reason", job > i ? $"Command failed on n{job} with status 1: 'rbd create x{job}'" : null));
        }

        await SaveAsync(Passed, "1", "pass", Told("pass", 1.9));
        await SaveAsync(Failed, "1", "fail", Told("fail", 4.4));
        await SaveAsync(Failed, "2", "dead", ("description", "bad/{cluster/two tasks/fail}"), ("failure_reason", "machine n2 does not answer"), ("archive_path", CutOff()));
        await SaveAsync(Failed, "3", "pass", ("description", "bad/{cluster/two tasks/ok}"), ("duration", 75), ("attempts", new JsonArray(Attempt("machine n3 does not answer"), Attempt(Hostile), "none", 7)));
        Directory.CreateDirectory(Path.GetDirectoryName(LiveLog)!);
        await File.WriteAllTextAsync(LiveLog, "2026-11-23T08:00:00.000 INFO:teuthology.run_tasks:Running task exec...\n2026-11-23T08:00:01.000 INFO:teuthology.orchestra.run.n1.stdout:first line\n");
        await SaveAsync(Running, "1", "running", ("description", "rbd/{cluster/one workloads/w1}"), ("archive_path", Path.GetDirectoryName(LiveLog)));
        await File.WriteAllLinesAsync(Path.Combine(Path.GetDirectoryName(LiveLog)!, "events.jsonl"), Recorded("events.jsonl").Take(12));
        foreach (var job in Enumerable.Range(1, 3))
            await SaveAsync(Other, $"{job}", "pass", ("description", $"rados/{{cluster/two workloads/w{job}}}"), ("duration", 20 * job), ("sha1", "0123456789abcdef0123456789abcdef01234567"));
        await SaveAsync(Running, "2", "queued", ("description", "rbd/{cluster/one workloads/w2}"));
        await SaveAsync(Hostile, Hostile, "fail", ("description", Hostile + new string('x', 3000)), ("failure_reason", $"</script><script>window.hit=1</script>{Hostile}"), ("suite", Hostile), ("branch", Hostile), ("owner", Hostile), ("targets", new JsonObject { [$"ubuntu@{Hostile}"] = "key" }));
    }

    private static JsonObject Attempt(string reason) =>
        new() { ["attempt"] = 1, ["status"] = "dead", ["failure_kind"] = "infrastructure", ["failure_reason"] = reason, ["duration"] = 3.5, ["archive"] = "attempts/1" };

    // What is left of a job whose process was killed: no end of its log, no summary.
    private string CutOff()
    {
        var archive = Path.Combine(_state, "archive", "dead");
        Directory.CreateDirectory(archive);
        foreach (var file in new[] { "events.jsonl", "teuthology.log" })
            File.WriteAllLines(Path.Combine(archive, file), Recorded(file).SkipLast(Recorded(file).Length / 3));
        return archive;
    }

    private static string[] Recorded(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Pages", "Archives", "fail", file));

    private IEnumerable<(string, JsonNode?)> Told(string end, double seconds)
    {
        var archive = Path.Combine(_state, "archive", end);
        Directory.CreateDirectory(Path.Combine(archive, "remote", "n4", "syslog"));
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Pages", "Archives", end)))
            File.Copy(file, Path.Combine(archive, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(archive, "remote", "n4", "syslog", "misc.log"), "2026-11-23T07:09:11.900000+00:00 n4 sudo: tester : COMMAND=/usr/bin/true\n");
        File.WriteAllText(Path.Combine(archive, "<b>.html"), "<script>window.hit=1</script>");
        return
        [
            ("archive_path", archive), ("machine_type", "root"), ("description", "bad/{cluster/one tasks/fail}"), ("duration", seconds), ("owner", "me@controller"),
            ("targets", new JsonObject { ["ubuntu@n4"] = "ssh-ed25519 AAAA" }), ("roles", new JsonArray(new JsonArray("client.0"))), ("os_type", "debian"), ("os_version", "12"),
            ("failure_reason", end == "fail" ? "Command failed on n4 with status 1: 'sleep 1; false'\nlast lines of stderr:\n  AssertionError: 3 != 4" : null),
        ];
    }

    private async Task FillNodesAsync()
    {
        _nodes = new LeaseStore(Path.Combine(_state, "leases.db"), TimeProvider.System);
        await _nodes.RegisterAsync(Enumerable.Range(1, 6).Select(i => new NodeRecord { Name = $"n{i}", MachineType = i < 5 ? "root" : "vps", Arch = "x86_64", OsType = "debian", OsVersion = "12" }), default);
        await _nodes.RegisterAsync([new NodeRecord { Name = Hostile, MachineType = Hostile }], default);
        var turn = await _nodes.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = "by hand", Names = ["n4"] }, default);
        await _nodes.ReleaseAsync(turn!);
        await _nodes.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = "by hand", Names = ["n4"], Duration = Timeout.InfiniteTimeSpan }, default);
        await _nodes.ReportFailureAsync("n2", "it does not answer", 1, TimeSpan.FromHours(1), default);
    }

    private async Task FillQueueAsync()
    {
        _queue = new StoreQueue(Path.Combine(_state, "queue.db"), null, TimeProvider.System);
        foreach (var i in Enumerable.Range(1, 4))
            await _queue.PutAsync(new NewQueueJob { Tube = "root", Document = new YamlMap { ["name"] = Running, ["description"] = $"rbd/{{cluster/one workloads/w{i}}}" } }, default);
        await _queue.TakeAsync("root", "worker 1", TimeSpan.Zero, default);
        await _queue.PutAsync(new NewQueueJob { Tube = "vps", Document = new YamlMap { ["name"] = Hostile, ["description"] = Hostile } }, default);
        await _queue.PauseAsync("vps", new QueuePause(Hostile, "the machines move", DateTime.UtcNow.AddHours(1)), default);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Bench;

/// <summary>The calls of schedulers, watchdogs, pages and lockers against a server, one kind after the other.</summary>
public sealed class ServerLoad(Uri address, TimeSpan length) : IDisposable
{
    public const int Clients = 16;
    private const int Jobs = 1000;
    private const string Run = "bench-2026-11-20_10:11:12-rados-main-distro-default-smithi";
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public async IAsyncEnumerable<ServerRate> RunAsync()
    {
        await HttpLockClient.FillAsync(address);
        var next = 0;
        yield return await MeasureAsync("job posts", Clients, _ => _http.PostAsJsonAsync($"runs/{Run}-posts/jobs/", Job(Interlocked.Increment(ref next), $"{Run}-posts")));

        await Parallel.ForEachAsync(Enumerable.Range(1, Jobs), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) => await FillAsync(i, token));
        yield return await MeasureAsync("watchdog updates", Clients, i => _http.PutAsJsonAsync($"runs/{Run}/jobs/{1 + (i % Jobs)}/", new { name = Run, job_id = $"{1 + (i % Jobs)}" }));
        yield return await MeasureAsync("run with 1,000 jobs", 2, _ => _http.GetAsync(new Uri($"runs/{Run}/", UriKind.Relative)));
        yield return await MeasureAsync("list of runs", Clients, _ => _http.GetAsync(new Uri("runs/", UriKind.Relative)));
        yield return await MeasureAsync("500 machines", 4, _ => _http.GetAsync(new Uri("nodes/", UriKind.Relative)));
        yield return await MeasureAsync("lock-many of 3 and unlock", Clients, async i =>
        {
            var owner = $"client{i}@bench";
            using var locked = await _http.PostAsJsonAsync("nodes/lock_many/", new { count = 3, locked_by = owner, machine_type = "mt", description = "/archive/run/1" });
            if (!locked.IsSuccessStatusCode)
                return new HttpResponseMessage(locked.StatusCode);
            var names = JsonNode.Parse(await locked.Content.ReadAsStringAsync())!.AsArray().Select(node => (string)node!["name"]!).ToArray();
            return await _http.PostAsJsonAsync("nodes/unlock_many/", new { names, locked_by = owner });
        });
    }

    public void Dispose() => _http.Dispose();

    // A paddles fails over some of the posts that come at the same time.
    private async Task FillAsync(int job, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var answer = await _http.PostAsJsonAsync($"runs/{Run}/jobs/", Job(job, Run), cancellationToken);
            if (answer.IsSuccessStatusCode || (tries > 1 && (await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("already exists", StringComparison.Ordinal)))
                return;
            if (tries == 10)
                answer.EnsureSuccessStatusCode();
        }
    }

    // About what teuthology-schedule posts.
    private static JsonObject Job(int id, string run) => new()
    {
        ["job_id"] = $"{id}", ["name"] = run, ["status"] = "queued", ["description"] = $"rados/thrash/{{0-size-min-size-overrides/2-size-2-min-size clusters/fixed-2 msgr/async objectstore/bluestore-{id}}}",
        ["machine_type"] = "smithi", ["branch"] = "main", ["suite"] = "rados", ["sha1"] = new string('a', 40), ["priority"] = 100, ["owner"] = "scheduled_teuth@host", ["user"] = "teuth",
        ["roles"] = new JsonArray(new JsonArray("mon.a", "mgr.x", "osd.0", "osd.1", "client.0"), new JsonArray("mon.b", "osd.2", "osd.3", "client.1")),
        ["overrides"] = new JsonObject { ["ceph"] = new JsonObject { ["conf"] = new JsonObject { ["mon"] = new JsonObject { ["debug mon"] = 20 }, ["osd"] = new JsonObject { ["debug osd"] = 20, ["osd objectstore"] = "bluestore" } } } },
        ["tasks"] = new JsonArray(new JsonObject { ["install"] = null }, new JsonObject { ["ceph"] = new JsonObject { ["log-ignorelist"] = new JsonArray("but it is still running", "overall HEALTH_") } }, new JsonObject { ["rados"] = new JsonObject { ["ops"] = 4000, ["objects"] = 50 } }),
    };

    private async Task<ServerRate> MeasureAsync(string what, int clients, Func<int, Task<HttpResponseMessage>> call)
    {
        var times = new ConcurrentBag<double>();
        var errors = 0;
        var began = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            for (var i = client; began.Elapsed < length; i += clients)
            {
                var one = Stopwatch.GetTimestamp();
                try
                {
                    using var answer = await call(i);
                    await answer.Content.CopyToAsync(Stream.Null);
                    if (!answer.IsSuccessStatusCode)
                        Interlocked.Increment(ref errors);
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref errors);
                }

                times.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
            }
        })));
        var seconds = began.Elapsed.TotalSeconds;
        var sorted = times.Order().ToList();
        return new ServerRate(what, (sorted.Count - errors) / seconds, errors, sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100]);
    }
}

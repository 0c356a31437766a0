using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Server;

namespace Teuthology.Bench;

/// <summary>Pages about a run of 1,000 jobs, over HTTP on loopback, each asked for one after another.</summary>
public static class PagesBench
{
    private const int Jobs = 1000;
    private const int Runs = 6;
    private const double Asked = 100;

    /// <summary>Measures.</summary>
    /// <param name="requests">How often each page is asked for.</param>
    /// <param name="place">A PostgreSQL database, empty; null for a SQLite file.</param>
    public static async Task<int> RunAsync(int requests, string? place)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-bench-pages-").FullName;
        try
        {
            await using var results = await ResultsStore.OpenAtAsync(place ?? Path.Combine(state, ResultsStore.FileName), TimeProvider.System, default);
            await using var nodes = new LeaseStore(Path.Combine(state, "leases.db"), TimeProvider.System);
            var filling = Stopwatch.StartNew();
            await FillAsync(results);
            Console.WriteLine($"{Runs} runs of {Jobs} jobs with documents of 8 KB, a third failed, in {(place is null ? "SQLite" : "PostgreSQL")}, written in {filling.Elapsed.TotalSeconds:0} s; {requests} requests each, {Environment.ProcessorCount} processors");
            Console.WriteLine($"{"",-22}{"first",10}{"median",10}{"p95",10}{"worst ms",10}{"KB",10}");
            await using var server = await ResultsServer.StartAsync(new ServerOptions { Listen = "http://127.0.0.1:0" }, results, nodes, null, default);
            using var http = new HttpClient { BaseAddress = server.Address };
            var run = await TellAsync(http, "run of 1,000 jobs", $"/ui/runs/{Name(Runs)}", requests);
            await TellAsync(http, "its failures alone", $"/ui/runs/{Name(Runs)}?status=fail", requests);
            await TellAsync(http, "runs", "/ui/runs", requests);
            await TellAsync(http, "a job", $"/ui/runs/{Name(Runs)}/jobs/{(Runs * Jobs) + 6}", requests);
            await TellAsync(http, "failures", "/ui/failures", requests);
            await TellAsync(http, "compare two runs", $"/ui/compare?a={Name(1)}&b={Name(2)}", requests);
            await TellAsync(http, "suite, 12 runs", "/ui/suites/rbd", Math.Max(3, requests / 5));
            Console.WriteLine($"run of 1,000 jobs: {run:0} ms in the median (asked: {Asked:0} or less)");
            return run <= Asked ? 0 : 1;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(state, recursive: true);
        }
    }

    private static string Name(int run) => Uri.EscapeDataString($"me-2026-11-{run:00}_10:00:00-rbd-main-distro-default-root");

    private static async Task FillAsync(ResultsStore results)
    {
        var filler = new string('x', 8000);
        for (var run = 1; run <= Runs; run++)
        {
            for (var job = 1; job <= Jobs; job++)
            {
                await results.SaveJobAsync(
                    Uri.UnescapeDataString(Name(run)),
                    $"{(run * Jobs) + job}",
                    new JsonObject
                    {
                        ["status"] = job % 3 == 0 ? "fail" : "pass", ["description"] = $"rbd/{{cluster/one workloads/w{job} os/debian_{job % 7}}}", ["duration"] = job,
                        ["failure_reason"] = job % 3 == 0 ? $"Command failed on n{job} with status {job % 25}: 'rbd import /tmp/x{job}'\nlast lines of stderr:\n  error {job}" : null,
                        ["overrides"] = new JsonObject { ["ceph"] = filler }, ["sha1"] = "0123456789abcdef0123456789abcdef01234567", ["machine_type"] = "root",
                    },
                    default);
            }
        }
    }

    private static async Task<double> TellAsync(HttpClient http, string what, string path, int requests)
    {
        List<double> times = [];
        var length = 0;
        for (var i = 0; i < requests; i++)
        {
            var clock = Stopwatch.StartNew();
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            length = (await response.Content.ReadAsByteArrayAsync()).Length;
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        var sorted = times.Order().ToList();
        var median = sorted[sorted.Count / 2];
        Console.WriteLine($"{what,-22}{times[0],10:0}{median,10:0.0}{sorted[(int)(sorted.Count * 0.95)],10:0.0}{sorted[^1],10:0.0}{length / 1024,10}");
        return median;
    }
}

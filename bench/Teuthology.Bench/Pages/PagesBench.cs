using System.Diagnostics;
using System.Globalization;
using Teuthology.Testing;

namespace Teuthology.Bench;

/// <summary>Pages about runs of 1,000 jobs, 500 machines and a queue, over HTTP on loopback from another process, each asked for one after another.</summary>
public static class PagesBench
{
    private const double Asked = 100;

    private static readonly (string What, string Path)[] Pages =
    [
        ("run of 1,000 jobs", Run(PagesStore.Runs)),
        ("its failures alone", Run(PagesStore.Runs) + "?status=fail"),
        ("runs", "/ui/runs"),
        ("a failed job", $"{Run(PagesStore.Runs)}/jobs/{PagesStore.Job(PagesStore.Runs, 6)}"),
        ("suite, 12 runs", "/ui/suites/rbd"),
        ("suites", "/ui/suites"),
        ("failures", "/ui/failures"),
        ("compare two runs", $"/ui/compare?a={Uri.EscapeDataString(PagesStore.Run(1))}&b={Uri.EscapeDataString(PagesStore.Run(2))}"),
        ("500 machines", "/ui/nodes"),
        ("a machine", "/ui/nodes/n7"),
        ("queue of 1,000", "/ui/queue"),
    ];

    /// <summary>Measures.</summary>
    /// <param name="requests">How often each page is asked for.</param>
    /// <param name="store">An empty PostgreSQL database; null for a file, and one of a server of its own.</param>
    public static async Task<int> RunAsync(int requests, string? store)
    {
        if (PagesServer.Program is not { } program)
            return 2;
        if (store is not null)
            return await MeasureAsync(program, "PostgreSQL", store, requests) ? 0 : 1;
        var good = await MeasureAsync(program, "SQLite", null, requests);
        await using var postgres = await PostgresServer.StartAsync(("fsync", "on"));
        return await MeasureAsync(program, "PostgreSQL", await postgres.CreateDatabaseAsync(), requests) && good ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(string program, string what, string? store, int requests)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-bench-pages-").FullName;
        try
        {
            await PagesStore.FillAsync(state, store);
            Console.WriteLine($"{what}: {PagesStore.Runs} runs of {PagesStore.Jobs} jobs with documents of 8 KB, a third failed; {requests} requests each, one after another, {Environment.ProcessorCount} processors, load {Load()}");
            await using (var cold = await PagesServer.StartAsync(program, state, store))
            {
                using var http = new HttpClient { BaseAddress = cold.Address };
                Console.WriteLine($"  in the moment in which the server says that it listens, the run: {await GetAsync(http, Pages[0].Path, []):0} ms");
            }

            await using var server = await PagesServer.StartAsync(program, state, store);
            var began = Stopwatch.StartNew();
            await server.RestAsync();
            Console.WriteLine($"  it rested after {began.Elapsed.TotalSeconds:0.0} s");
            Console.WriteLine($"  {"",-22}{"first",8}{"median",8}{"p95",8}{"worst",8} ms{"KB",8}  load");
            using var client = new HttpClient { BaseAddress = server.Address };

            // What the measuring process itself compiles is not the server's.
            for (var i = 0; i < 5; i++)
                await GetAsync(client, "/health", []);
            var firsts = new Dictionary<string, double>();
            foreach (var (page, path) in Pages)
                firsts[page] = await GetAsync(client, path, []);
            var good = true;
            foreach (var (page, path) in Pages)
            {
                List<double> times = [];
                List<int> sizes = [];
                for (var i = 0; i < requests; i++)
                    times.Add(await GetAsync(client, path, sizes));
                times.Sort();
                var p95 = times[(int)(times.Count * 0.95)];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {page,-22}{firsts[page],8:0.0}{times[times.Count / 2],8:0.0}{p95,8:0.0}{times[^1],8:0.0}   {sizes[0] / 1024,8}  {Load()}"));
                good &= times[times.Count / 2] <= Asked;
            }

            Console.WriteLine($"  the server: {server.Memory} MiB, {server.Cpu.TotalSeconds:0.0} s of processor time (asked: {Asked:0} ms or less for a run of 1,000 jobs)");
            return good;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(state, recursive: true);
        }
    }

    private static string Run(int number) => $"/ui/runs/{Uri.EscapeDataString(PagesStore.Run(number))}";

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static async Task<double> GetAsync(HttpClient http, string path, List<int> sizes)
    {
        var clock = Stopwatch.StartNew();
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
        sizes.Add((await response.Content.ReadAsByteArrayAsync()).Length);
        if (path != "/health")
            response.EnsureSuccessStatusCode();
        return clock.Elapsed.TotalMilliseconds;
    }
}

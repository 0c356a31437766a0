using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Testing;

namespace Teuthology.Bench;

/// <summary>Logs that grow, and many who watch them from another process than the server's.</summary>
internal static class WatchersBench
{
    private const string Run = "me-2026-11-23_08:00:00-rbd-main-distro-default-root";
    private const int Lines = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Measures.</summary>
    /// <param name="watchers">How many watch.</param>
    public static async Task<int> RunAsync(int watchers)
    {
        if (PagesServer.Program is not { } program)
            return 2;
        Console.WriteLine($"{Lines} lines, one each {Pause.TotalMilliseconds:0} ms, while the store gets a job's report each time; {Environment.ProcessorCount} processors for server, watchers and writer, load {Load()}");
        Console.WriteLine($"{"",-36}{"lines told",12}{"lost",8}{"twice",8}{"median",9}{"p99 ms",9}{"MiB before",12}{"with",8}{"CPU s",8}  load");
        var good = await MeasureAsync(program, "one log, SQLite", null, watchers, 1);
        good &= await MeasureAsync(program, $"{watchers} logs, SQLite", null, watchers, watchers);
        await using var postgres = await PostgresServer.StartAsync();
        good &= await MeasureAsync(program, "one log, PostgreSQL", await postgres.CreateDatabaseAsync(), watchers, 1);
        good &= await MeasureAsync(program, $"{watchers} logs, PostgreSQL", await postgres.CreateDatabaseAsync(), watchers, watchers);
        return good ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(string program, string what, string? store, int watchers, int logs)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-bench-watchers-").FullName;
        try
        {
            await using var results = await ResultsStore.OpenAtAsync(store ?? Path.Combine(state, ResultsStore.FileName), TimeProvider.System, default);
            foreach (var job in Enumerable.Range(1, logs))
            {
                Directory.CreateDirectory(Archive(state, job));
                await File.WriteAllTextAsync(Log(state, job), "");
                await results.SaveJobAsync(Run, $"{job}", new JsonObject { ["status"] = "running", ["archive_path"] = Archive(state, job) }, default);
            }

            await using var server = await PagesServer.StartAsync(program, state, store);
            await server.RestAsync();
            var (memory, cpu) = (server.Memory, server.Cpu);
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = watchers + 10 }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
            var began = new SemaphoreSlim(0);
            var watching = Enumerable.Range(0, watchers).Select(i => LogWatcher.WatchAsync(http, $"/ui/live/runs/{Uri.EscapeDataString(Run)}/jobs/{1 + (i % logs)}/log?since=0", began)).ToList();
            for (var i = 0; i < watchers; i++)
                await began.WaitAsync();
            var most = 0L;
            for (var line = 0; line < Lines; line++)
            {
                // A log of many gets its line in turn: each gets some.
                for (var job = 1 + (line % Math.Max(1, logs / 20)); job <= logs; job += Math.Max(1, logs / 20))
                    await File.AppendAllTextAsync(Log(state, job), $"2026-11-23T08:00:01.000 INFO:teuthology.a:{line} {Stopwatch.GetTimestamp()}\n");
                await results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "running" }, default);
                most = Math.Max(most, server.Memory);
                await Task.Delay(Pause);
            }

            foreach (var job in Enumerable.Range(1, logs))
                await results.SaveJobAsync(Run, $"{job}", new JsonObject { ["status"] = "pass" }, default);
            var seen = await Task.WhenAll(watching);
            most = Math.Max(most, server.Memory);
            var expected = Enumerable.Range(0, logs).Select(job => Enumerable.Range(0, Lines).Where(line => line % Math.Max(1, logs / 20) == job % Math.Max(1, logs / 20)).ToList()).ToList();
            var lost = seen.Select((one, i) => expected[i % logs].Except(one.Lines).Count()).Sum();
            var twice = seen.Sum(one => one.Lines.Count - one.Lines.Distinct().Count());
            var delays = seen.SelectMany(one => one.Delays).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-36}{seen.Sum(one => one.Lines.Count),12}{lost,8}{twice,8}{delays[delays.Count / 2],9:0}{delays[delays.Count * 99 / 100],9:0}{memory,12}{most,8}{(server.Cpu - cpu).TotalSeconds,8:0.0}  {Load()}"));
            return lost == 0 && twice == 0;
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(state, recursive: true);
        }
    }

    private static string Archive(string state, int job) => Path.Combine(state, "archive", $"{job}");

    private static string Log(string state, int job) => Path.Combine(Archive(state, job), "teuthology.log");

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}

using System.Globalization;
using Teuthology.Testing;

namespace Teuthology.Bench;

/// <summary>
/// What clients ask of a results server all day: our server on PostgreSQL and on SQLite, beside a real paddles on PostgreSQL where its checkout is given.
/// </summary>
public static class ServerBench
{
    private const double Asked = 20;

    public static async Task<int> RunAsync(int seconds, string? paddles)
    {
        var program = Path.GetFullPath("artifacts/bin/Teuthology.Cli/release/teuthology");
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"{program} is missing: dotnet build -c Release src/Teuthology.Cli, and run this in the repository's root");
            return 2;
        }

        // What a commit costs on a disk is the same for all of them, and not what is measured.
        await using var postgres = await PostgresServer.StartAsync();
        Console.WriteLine($"{seconds} s each, {Environment.ProcessorCount} processors for database, server and {ServerLoad.Clients} clients together; load {await LoadAsync()}");
        await using var ours = await LockServerProcess.OursAsync(program, await postgres.CreateDatabaseAsync());
        var onPostgres = await MeasureAsync("our server on PostgreSQL", ours.Address, seconds);
        await using (var file = await LockServerProcess.OursAsync(program, null))
            await MeasureAsync("our server on SQLite", file.Address, seconds);
        if (paddles is null)
        {
            Console.WriteLine("a real paddles: skipped; --paddles or TEUTHOLOGY_PADDLES names a checkout of ceph/paddles");
            return 0;
        }

        await postgres.CreateDatabaseAsync();
        var database = new Uri($"postgresql://teuthology@127.0.0.1:{postgres.Port}/{postgres.LastDatabase}");
        await using var other = await LockServerProcess.PaddlesAsync(Path.Combine(AppContext.BaseDirectory, "paddles_server.py"), paddles, database);
        var theirs = await MeasureAsync("a real paddles on PostgreSQL", other.Address, seconds);
        var ratios = onPostgres.Zip(theirs, (a, b) => (a.What, Ratio: a.Rate / Math.Max(b.Rate, 0.01))).ToList();
        Console.WriteLine($"times paddles (asked: {Asked:0}): {string.Join(", ", ratios.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.What} {one.Ratio:0.0}")))}");
        return ratios.TrueForAll(one => one.Ratio >= Asked) && onPostgres.TrueForAll(one => one.Errors == 0) ? 0 : 1;
    }

    private static async Task<List<ServerRate>> MeasureAsync(string what, Uri address, int seconds)
    {
        Console.WriteLine($"{what,-32}{"calls/s",10}{"errors",8}{"median ms",11}{"p99",9}  load");
        using var load = new ServerLoad(address, TimeSpan.FromSeconds(seconds));
        var rates = new List<ServerRate>();
        await foreach (var rate in load.RunAsync())
        {
            rates.Add(rate);
            Console.WriteLine($"  {rate.What,-30}{rate.Rate,10:0.0}{rate.Errors,8}{rate.Median,11:0.0}{rate.P99,9:0.0}  {await LoadAsync()}");
        }

        return rates;
    }

    private static async Task<string> LoadAsync() => (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
}

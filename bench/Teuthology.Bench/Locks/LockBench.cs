using Teuthology.Testing;

namespace Teuthology.Bench;

/// <summary>
/// Locking 3 of 500 machines and unlocking them, from 16 clients over HTTP: our server on PostgreSQL and on SQLite, beside PostgreSQL that does
/// the same statements with nothing around them, and a real paddles where its checkout is given.
/// </summary>
public static class LockBench
{
    private const string OnPostgres = "our server on PostgreSQL";
    private const string Bare = "bare PostgreSQL, same statements";
    private const double Asked = 500;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(int rounds, string? paddles)
    {
        var program = Path.GetFullPath("artifacts/bin/Teuthology.Cli/release/teuthology");
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"{program} is missing: dotnet build -c Release src/Teuthology.Cli, and run this in the repository's root");
            return 2;
        }

        // What a commit costs on a disk is the same for all of them, and not what is measured.
        await using var postgres = await PostgresServer.StartAsync();
        Console.WriteLine($"{rounds} rounds of 10 s each, {Environment.ProcessorCount} processors for database, server and {LockLoad.Clients} clients together; a pair is lock_many of {LockLoad.Machines} of {LockLoad.Nodes} and unlock_many");
        Console.WriteLine($"{"",-36}{"pairs/s",10}{"errors",8}{"median",10}{"p99",10}{"worst ms",10}{"server CPU",12}  load");
        var ratios = new List<double>();
        var best = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var place = await postgres.CreateDatabaseAsync();
            LockRate ours;
            await using (var server = await LockServerProcess.OursAsync(program, place))
            {
                await HttpLockClient.FillAsync(server.Address);
                ours = await TellAsync(OnPostgres, number => Over(server, number), server);
            }

            var bare = await TellAsync(Bare, async number => await BareLockClient.OpenAsync(place, number));
            ratios.Add(ours.Pairs / bare.Pairs);
            best.Add(ours.Pairs);
            await using (var server = await LockServerProcess.OursAsync(program, null))
            {
                await HttpLockClient.FillAsync(server.Address);
                await TellAsync("our server on SQLite", number => Over(server, number), server);
            }

            if (paddles is not null)
                await PaddlesAsync(paddles, postgres);
        }

        if (paddles is null)
            Console.WriteLine("a real paddles: skipped; --paddles or TEUTHOLOGY_PADDLES names a checkout of ceph/paddles");
        Console.WriteLine($"on PostgreSQL: {Median(best):0} pairs/s in the median (asked: {Asked:0}, or 80 % of bare PostgreSQL); {Median(ratios):P0} of bare PostgreSQL, {ratios.Min():P0} to {ratios.Max():P0}");
        return Median(best) >= Asked || Median(ratios) >= 0.8 ? 0 : 1;
    }

    private static async Task PaddlesAsync(string checkout, PostgresServer postgres)
    {
        await postgres.CreateDatabaseAsync();
        var database = new Uri($"postgresql://teuthology@127.0.0.1:{postgres.Port}/{postgres.LastDatabase}");
        await using var server = await LockServerProcess.PaddlesAsync(Path.Combine(AppContext.BaseDirectory, "paddles_server.py"), checkout, database);
        await HttpLockClient.FillAsync(server.Address);
        await TellAsync("a real paddles on PostgreSQL", number => Over(server, number), server);
    }

    private static Task<LockClient> Over(LockServerProcess server, int number) => Task.FromResult<LockClient>(new HttpLockClient(server.Address, number));

    private static async Task<LockRate> TellAsync(string what, Func<int, Task<LockClient>> make, LockServerProcess? server = null)
    {
        var before = server?.Cpu ?? default;
        var rate = await LockLoad.RunAsync(make, Length);
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];

        // Of all pairs, those of the warm-up too: what a pair costs tells more than what a busy machine left for it.
        var cpu = server is null ? "" : $"{(server.Cpu - before).TotalMilliseconds / rate.All:0.00}";
        Console.WriteLine($"{what,-36}{rate.Pairs,10:0}{rate.Errors,8}{rate.Median,10:0.0}{rate.P99,10:0.0}{rate.Worst,10:0.0}{cpu,12}  {load}");
        return rate;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

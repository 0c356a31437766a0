using System.Globalization;
using Teuthology.Testing;

namespace Teuthology.Bench;

/// <summary>
/// What clients ask of a results server all day: our server on PostgreSQL and on SQLite, beside a real paddles on the same PostgreSQL where its checkout is given.
/// Each kind of calls is measured at one after the other, so that what else the machine does meets all of them.
/// </summary>
public static class ServerBench
{
    private const double Asked = 20;

    // Code that is compiled as it runs, caches that fill: the same for all.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>Runs it.</summary>
    /// <param name="seconds">How long each kind of calls is measured.</param>
    /// <param name="paddles">A checkout of paddles; null for none.</param>
    /// <param name="only">Only kinds of calls whose name has this in it; null for all.</param>
    public static async Task<int> RunAsync(int seconds, string? paddles, string? only)
    {
        var program = Path.GetFullPath("artifacts/bin/Teuthology.Cli/release/teuthology");
        if (!File.Exists(program))
        {
            Console.Error.WriteLine($"{program} is missing: dotnet build -c Release src/Teuthology.Cli, and run this in the repository's root");
            return 2;
        }

        // What a commit costs on a disk is the same for all of them, and not what is measured.
        await using var postgres = await PostgresServer.StartAsync();
        await using var first = await LockServerProcess.OursAsync(program, await postgres.CreateDatabaseAsync());
        await using var second = await LockServerProcess.OursAsync(program, null);
        await using var third = paddles is null ? null : await PaddlesAsync(paddles, postgres);
        var postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine((await postgres.SqlAsync("SHOW data_directory")).Trim(), "postmaster.pid")))[0], CultureInfo.InvariantCulture);
        List<(string Name, LockServerProcess Process, ServerLoad Load)> servers =
        [
            ("our server on PostgreSQL", first, new ServerLoad(first, () => ProcessorTime.Of(postmaster))),
            ("our server on SQLite", second, new ServerLoad(second, () => TimeSpan.Zero)),
        ];
        if (third is not null)
            servers.Add(("a real paddles on PostgreSQL", third, new ServerLoad(third, () => ProcessorTime.Of(postmaster))));
        else
            Console.WriteLine("a real paddles: skipped; --paddles or TEUTHOLOGY_PADDLES names a checkout of ceph/paddles");
        var calls = servers.ConvertAll(server => new ServerCalls(server.Process.Address));
        await Task.WhenAll(calls.Select(one => one.FillAsync()));
        Console.WriteLine($"{seconds} s each after {WarmUp.TotalSeconds:0} s of warm-up, {Environment.ProcessorCount} processors for database, server and up to {ServerLoad.Clients} clients together; load {await LoadAsync()}");
        Console.WriteLine($"{"",-32}{"calls/s",9}{"done/s",9}{"errors",8}{"median ms",11}{"p99",9}  CPU ms a call: {"server",7}{"database",10}{"client",8}  load");
        var good = true;
        for (var kind = 0; kind < calls[0].Kinds.Count; kind++)
        {
            var what = calls[0].Kinds[kind].What;
            if (only is not null && !what.Contains(only, StringComparison.OrdinalIgnoreCase))
                continue;
            Console.WriteLine(what);
            List<ServerRate> rates = [];
            foreach (var ((name, _, load), its) in servers.Zip(calls))
            {
                var rate = await load.RunAsync(its.Kinds[kind], WarmUp, TimeSpan.FromSeconds(seconds));
                rates.Add(rate);
                var busy = await LoadAsync();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-30}{rate.Rate,9:0.0}{rate.Done,9:0.0}{rate.Errors,8}{rate.Median,11:0.0}{rate.P99,9:0.0}{rate.Server,24:0.000}{rate.Database,10:0.000}{rate.Client,8:0.000}  {busy}"));
            }

            good &= rates[0].Errors == 0;
            if (rates is [var ours, _, var theirs])
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  on PostgreSQL {ours.Rate / theirs.Rate:0.0} times the calls of paddles, {ours.Done / Math.Max(theirs.Done, 0.01):0.0} times those that did what was asked (20 asked); a call that did it costs server and database {theirs.Cost / ours.Cost:0.0} times less"));
                good &= ours.Rate / theirs.Rate >= Asked;
            }
        }

        return good ? 0 : 1;
    }

    private static async Task<LockServerProcess> PaddlesAsync(string checkout, PostgresServer postgres)
    {
        await postgres.CreateDatabaseAsync();
        var database = new Uri($"postgresql://teuthology@127.0.0.1:{postgres.Port}/{postgres.LastDatabase}");
        return await LockServerProcess.PaddlesAsync(Path.Combine(AppContext.BaseDirectory, "paddles_server.py"), checkout, database);
    }

    private static async Task<string> LoadAsync() => (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
}

using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;
using Teuthology.Scheduling;
using Teuthology.Testing;
using Teuthology.Yaml;

namespace Teuthology.Bench;

/// <summary>A queue of many jobs: how fast one puts, takes, and looks, in a file, in PostgreSQL and in beanstalkd, on the same host in the same run.</summary>
internal static class QueueBench
{
    private const string Tube = "smithi";
    private const int Rounds = 200;

    /// <summary>Runs it.</summary>
    /// <param name="jobs">How many jobs wait.</param>
    public static async Task<int> RunAsync(int jobs)
    {
        Console.WriteLine($"{jobs} jobs wait; milliseconds each, {Rounds} times; 'list all' once");
        Console.WriteLine($"{"",-12}{"put",10}{"take+end",10}{"first 100",10}{"tubes",10}{"list all",10}");
        var directory = Directory.CreateTempSubdirectory("teuthology-bench-").FullName;
        try
        {
            var file = Path.Combine(directory, "queue.db");
            await using (var sqlite = new StoreQueue(file, null, TimeProvider.System))
            {
                await PutAsync(sqlite, 1);
                await using var connection = new SqliteConnection($"Data Source={file}");
                await FillAsync(connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) {1} FROM n", "", jobs);
                await MeasureAsync("SQLite", sqlite);
            }

            await using (var server = await PostgresServer.StartAsync(("fsync", "on")))
            {
                var place = await server.CreateDatabaseAsync();
                await using var postgres = new StoreQueue(place, null, TimeProvider.System);
                await PutAsync(postgres, 1);
                await using var connection = new NpgsqlConnection(place);
                await FillAsync(connection, "{1} FROM generate_series(1, {0}) AS n(i)", "teuthology_queue.", jobs);

                // As autovacuum does within a minute.
                await using (var vacuum = new NpgsqlCommand("VACUUM ANALYZE teuthology_queue.jobs", connection))
                    await vacuum.ExecuteNonQueryAsync();
                await MeasureAsync("PostgreSQL", postgres);
            }

            await using (var server = await BeanstalkdServer.StartAsync())
            {
                await using var beanstalkd = new BeanstalkQueue("127.0.0.1", server.Port, null, TimeProvider.System);
                await Parallel.ForEachAsync(Enumerable.Range(0, 8), async (_, _) =>
                {
                    await using var own = new BeanstalkQueue("127.0.0.1", server.Port, null, TimeProvider.System);
                    await PutAsync(own, jobs / 8);
                });
                await MeasureAsync("beanstalkd", beanstalkd);
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory, recursive: true);
        }

        return 0;
    }

    private static async Task PutAsync(IJobQueue queue, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await queue.PutAsync(
                new NewQueueJob
                {
                    Tube = Tube,
                    Priority = 100 + (i % 900),
                    Document = new YamlMap { ["name"] = "run", ["description"] = $"rados/basic/{{{i}}}", ["tasks"] = new YamlList { new YamlMap { ["print"] = new string('x', 1000) } } },
                },
                CancellationToken.None);
        }
    }

    // One by one it would be the disk that is measured.
    private static async Task FillAsync(DbConnection connection, string rows, string schema, int jobs)
    {
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 120;
        var text = YamlDumper.Dump(new YamlMap { ["name"] = "run", ["description"] = "rados/basic/{filled}", ["tasks"] = new YamlList { new YamlMap { ["print"] = new string('x', 1000) } } });
        var select = $"SELECT 'fill' || i, '{Tube}', 100 + i % 900, 'run', 'rados/basic/{{filled}}', '{text}', 0";
        command.CommandText = $"INSERT INTO {schema}jobs (request, tube, priority, run, description, document, since) {string.Format(System.Globalization.CultureInfo.InvariantCulture, rows, jobs, select)}";
        await command.ExecuteNonQueryAsync();
    }

    private static async Task MeasureAsync(string name, IJobQueue queue)
    {
        var put = await EachAsync(() => PutAsync(queue, 1));
        var take = await EachAsync(async () =>
        {
            var claim = await queue.TakeAsync(Tube, "bench", TimeSpan.Zero, CancellationToken.None) ?? throw new InvalidOperationException("the queue is empty");
            await queue.FinishAsync(claim, CancellationToken.None);
        });
        var isScanned = queue is BeanstalkQueue;
        var first = isScanned ? double.NaN : await EachAsync(() => queue.ListAsync(new QueueQuery { Tube = Tube, Count = 100 }, CancellationToken.None));
        var tubes = await EachAsync(() => queue.TubesAsync(CancellationToken.None), 20);
        var began = Stopwatch.GetTimestamp();
        var all = await queue.ListAsync(new QueueQuery { Tube = Tube }, CancellationToken.None);
        Console.WriteLine($"{name,-12}{put,10:F2}{take,10:F2}{first,10:F2}{tubes,10:F2}{Stopwatch.GetElapsedTime(began).TotalMilliseconds,10:F0}  ({all.Count} jobs)");
    }

    private static async Task<double> EachAsync(Func<Task> what, int rounds = Rounds)
    {
        await what();
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds; i++)
            await what();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds / rounds;
    }
}

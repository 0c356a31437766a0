using System.Diagnostics;
using System.Globalization;
using Teuthology.Testing;
using Teuthology.Yaml;

namespace Teuthology.Scheduling.Tests;

/// <summary>Several processes take jobs, and are killed while they do; the database is killed, too. The history of all of them is checked afterwards.</summary>
public sealed class QueueKillTests : IDisposable
{
    private const int Jobs = 50;
    private const int Takers = 3;
    private const int Kills = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-queue-").FullName;
    private readonly HashSet<int> _killed = [];

    private string History => Path.Combine(_directory, "history");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Take_ManyProcessesKilled9OnSqlite_EachJobRunsOnceToItsEnd()
    {
        var place = Path.Combine(_directory, "queue.db");
        await using var queue = new StoreQueue(place, QueueTaker.Policy, TimeProvider.System);
        await RunAsync(queue, ["take-store", place, History], () => Task.CompletedTask);
    }

    [SkippableFact]
    public async Task Take_ManyProcessesAndPostgresKilled_EachJobRunsOnceToItsEnd()
    {
        await using var server = await PostgresServer.StartAsync();
        var place = await server.CreateDatabaseAsync();
        await using var queue = new StoreQueue(place, QueueTaker.Policy, TimeProvider.System);
        await RunAsync(queue, ["take-store", place, History], () => server.RestartAsync(crash: true));
    }

    [SkippableFact]
    public async Task Take_ManyProcessesKilled9OnBeanstalkd_EachJobRunsOnceToItsEnd()
    {
        await using var server = await BeanstalkdServer.StartAsync();
        await using var queue = new BeanstalkQueue("127.0.0.1", server.Port, QueueTaker.Policy, TimeProvider.System);
        await RunAsync(queue, ["take-beanstalk", server.Port.ToString(CultureInfo.InvariantCulture), History], () => Task.CompletedTask);
    }

    private async Task RunAsync(IJobQueue queue, string[] taker, Func<Task> disturb)
    {
        List<string> ids = [];
        for (var i = 0; i < Jobs; i++)
        {
            ids.Add(await queue.PutAsync(
                new NewQueueJob { Tube = QueueTaker.Tube, Priority = i % 3, Document = new YamlMap { ["name"] = "run", ["description"] = i.ToString(CultureInfo.InvariantCulture) } }, default));
        }

        var takers = new List<Process>();
        try
        {
            for (var i = 0; i < Takers; i++)
                takers.Add(QueueTaker.Start(taker));
            for (var kill = 0; kill < Kills; kill++)
            {
                // In the middle of a job: the last line tells who has just begun one.
                var victim = await BegunAsync(takers, finished: 6 * kill);
                takers.Remove(victim);
                _killed.Add(victim.Id);
                victim.Kill();
                await victim.WaitForExitAsync();
                victim.Dispose();
                takers.Add(QueueTaker.Start(taker));
                if (kill == Kills / 2)
                    await disturb();
            }

            using var limit = new CancellationTokenSource(Patience);
            while ((await queue.ListAsync(QueueQuery.All, limit.Token)).Count > 0)
                await Task.Delay(100, limit.Token);
        }
        finally
        {
            foreach (var process in takers)
            {
                process.Kill();
                await process.WaitForExitAsync();
                _killed.Add(process.Id);
                process.Dispose();
            }
        }

        Check(ids);
    }

    private async Task<Process> BegunAsync(List<Process> takers, int finished)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var events = Read();
            if (events.Count(e => e.What == "finished") >= finished && events.Where(e => e.What is "begin" or "finished").GroupBy(e => e.Process)
                .Select(turns => turns.Last()).LastOrDefault(last => last.What == "begin" && takers.Exists(taker => taker.Id == last.Process)) is { } begun)
                return takers.Find(taker => taker.Id == begun.Process)!;
            await Task.Delay(5, limit.Token);
        }
    }

    private void Check(List<string> ids)
    {
        var events = Read().ToLookup(e => e.Id);
        Assert.Equal(ids.Order(), events.Select(e => e.Key).Order());
        foreach (var job in events)
        {
            var begins = job.Where(e => e.What == "begin").ToList();
            Assert.DoesNotContain(job, e => e.What == "lost");
            Assert.InRange(job.Count(e => e.What == "finished"), 0, 1);

            // Every turn but the last was that of a process that was killed in it, and fences only grow.
            Assert.All(begins.SkipLast(1), begin => Assert.Contains(begin.Process, _killed));
            Assert.All(begins.Zip(begins.Skip(1)), pair => Assert.True(pair.First.Fence < pair.Second.Fence || pair.First.Fence == 0));
            if (job.All(e => e.What != "finished"))
                Assert.Contains(begins[^1].Process, _killed);
        }
    }

    private List<Turn> Read() =>
    [
        .. from file in Directory.GetFiles(_directory, "history.*")
           from line in File.ReadAllLines(file)
           let parts = line.Split(' ')
           where parts.Length == 5
           let turn = new Turn(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture), long.Parse(parts[4], CultureInfo.InvariantCulture))
           orderby turn.At
           select turn,
    ];

    private sealed record Turn(long At, string What, string Id, int Process, long Fence);
}

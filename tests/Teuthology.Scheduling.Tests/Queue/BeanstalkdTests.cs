using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Testing;
using Teuthology.Yaml;

namespace Teuthology.Scheduling.Tests;

/// <summary>What only a queue in beanstalkd has to do with: upstream's bytes, its burying, and a server that forgets who has what.</summary>
public sealed class BeanstalkdTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-queue-").FullName;
    private BeanstalkdServer? _server;

    public async Task InitializeAsync() => _server = await BeanstalkdServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server!.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [SkippableFact]
    public async Task Put_Job_HasTheBytesThatUpstreamPuts()
    {
        await using var queue = Open();
        await queue.PutAsync(
            new NewQueueJob
            {
                Tube = "bstype",
                Priority = 75,
                Document = new YamlMap
                {
                    ["name"] = "teuth-2026-11-18_01:01:01-rados-main-distro-default-bstype", ["first_in_suite"] = false, ["last_in_suite"] = false, ["email"] = null,
                    ["description"] = "a/{b}", ["owner"] = "scheduled_t@h", ["verbose"] = false, ["machine_type"] = "bstype", ["tube"] = "bstype", ["priority"] = 75L,
                    ["teuthology_branch"] = "main", ["timestamp"] = "2020-01-01_00:00:00", ["no_nested_subset"] = false,
                },
            },
            default);

        var stats = await AskAsync("stats-job 1\r\n");
        Assert.Contains("\npri: 75\n", stats, StringComparison.Ordinal);
        Assert.Contains("\nttr: 86400\n", stats, StringComparison.Ordinal);
        Assert.Equal(
            "FOUND 1 301\r\ndescription: a/{b}\nemail: null\nfirst_in_suite: false\nlast_in_suite: false\nmachine_type: bstype\nname: teuth-2026-11-18_01:01:01-rados-main-distro-default-bstype\n"
            + "no_nested_subset: false\nowner: scheduled_t@h\npriority: 75\nteuthology_branch: main\ntimestamp: 2020-01-01_00:00:00\ntube: bstype\nverbose: false\n\r\n",
            await AskAsync("peek 1\r\n"));
    }

    [SkippableFact]
    public async Task Renew_ServerWasRestarted_HasItsJobAgainBeforeOthersDo()
    {
        await using var queue = Open();
        await queue.PutAsync(Job(), default);
        var claim = await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);

        await _server!.RestartAsync();

        Assert.True(await queue.RenewAsync(claim!, default));
        await using var other = Open();
        Assert.Null(await other.TakeAsync("smithi", "thief", TimeSpan.Zero, default));
        Assert.True(await queue.FinishAsync(claim!, default));
    }

    [SkippableFact]
    public async Task Renew_ServerWasRestartedAndAnotherHasIt_IsLost()
    {
        await using var queue = Open();
        await using var other = Open();
        await queue.PutAsync(Job(), default);
        var claim = await queue.TakeAsync("smithi", "me", TimeSpan.Zero, default);
        await _server!.RestartAsync();

        Assert.NotNull(await other.TakeAsync("smithi", "you", TimeSpan.FromSeconds(10), default));

        Assert.False(await queue.RenewAsync(claim!, default));
        Assert.False(await queue.FinishAsync(claim!, default));
    }

    [SkippableTheory]
    [InlineData("dead", 0)]
    [InlineData("running", 1)]
    public async Task Buried_ByOthers_IsDeletedWhenTheJobIsOver(string status, int left)
    {
        await using var queue = Open();
        await queue.PutAsync(Job(), default);
        await AskAsync("watch smithi\r\nreserve-with-timeout 0\r\nbury 1 1000\r\n");
        await using var results = new StoreResults(await ResultsStore.OpenAsync(_directory, TimeProvider.System, default));
        await results.SaveJobAsync("run-1", "1", new JsonObject { ["status"] = status }, default);
        using var log = new WorkerLog(Path.Combine(_directory, "log"), "test", null, TimeProvider.System);

        await new BuriedJobs(queue, results, log, TimeProvider.System).LookAsync("smithi", default);

        Assert.Equal(left, (await queue.ListAsync(QueueQuery.All, default)).Count);
    }

    private static NewQueueJob Job() => new() { Tube = "smithi", Document = new YamlMap { ["name"] = "run-1", ["description"] = "x" } };

    private BeanstalkQueue Open() => new("127.0.0.1", _server!.Port, null, TimeProvider.System);

    // As a client of others; its connection closes with the answer.
    private async Task<string> AskAsync(string commands)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(commands + "quit\r\n"));
        return await new StreamReader(client.GetStream()).ReadToEndAsync();
    }
}

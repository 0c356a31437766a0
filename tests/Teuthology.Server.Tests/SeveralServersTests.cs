using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Testing;

namespace Teuthology.Server.Tests;

/// <summary>Several servers, and programs beside them, on one store.</summary>
public sealed class SeveralServersTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-several-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_ChangedThroughAnotherServerOrProgram_AreSeenAtOnce(bool isPostgres)
    {
        var place = await PlaceAsync(isPostgres);
        await using var one = await EmptyServer.StartAsync(place: place);
        await using var other = await EmptyServer.StartAsync(place: place);
        await using var program = new LeaseStore(place, TimeProvider.System);
        await AddAsync(one, 6);
        Assert.Equal(6, (await ListAsync(other, "")).Count);

        for (var i = 1; i <= 6; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (one, other) : (other, one);
            Assert.Equal(200, (await writer.SendAsync("PUT", $"/nodes/n{i}/lock/", Lock($"n{i}", locked: true))).Status);

            Assert.Equal(i, (await ListAsync(reader, "?locked=true")).Count);
            Assert.Equal($"owner{i}", (string?)(await ListAsync(reader, "?locked_by=owner" + i))[0]!["locked_by"]);
            Assert.Equal(6 - i, (await ListAsync(reader, "")).Count(node => !(bool)node!["locked"]!));
        }

        await program.SetUpAsync("n3", false, default);
        Assert.Equal(["n3"], (await ListAsync(one, "?up=false")).Select(node => (string)node!["name"]!));
        Assert.Equal(["n3"], (await ListAsync(other, "?up=false&machine_type=mt|other&count=5")).Select(node => (string)node!["name"]!));
        Assert.Equal(200, (await one.SendAsync("PUT", "/nodes/n1/lock/", Lock("n1", locked: false))).Status);
        Assert.False((bool)(await ListAsync(other, "")).Single(node => (string)node!["name"]! == "n1")!["locked"]!);
        Assert.Equal((await one.SendAsync("GET", "/nodes/")).Body, (await other.SendAsync("GET", "/nodes/")).Body);
        Assert.Equal(2, (await ListAsync(one, "?count=2")).Count);
    }

    [SkippableFact]
    public async Task Nodes_LeaseThatEnds_IsFreeInTheListWithoutAChange()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var results = await Teuthology.Results.ResultsStore.OpenAtAsync(Path.Combine(_directory, "results.db"), time, default);
        await using var nodes = new LeaseStore(Path.Combine(_directory, "leases.db"), time);
        await using var server = await ResultsServer.StartAsync(new ServerOptions { Listen = "http://127.0.0.1:0", Time = time }, results, nodes, null, default);
        using var http = new HttpClient { BaseAddress = server.Address };
        await nodes.RegisterAsync([new NodeRecord { Name = "n1", MachineType = "mt" }], default);
        Assert.NotNull(await nodes.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = null, Duration = TimeSpan.FromMinutes(1), Controller = null }, default));

        Assert.Contains("\"locked\":true", await http.GetStringAsync("/nodes/"), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Contains("\"locked\":false", await http.GetStringAsync("/nodes/"), StringComparison.Ordinal);
        Assert.Equal("[]", await http.GetStringAsync("/nodes/?locked=true"));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Locks_OfManyClientsAtTwoServers_AreNeverDoubleAndEachIsWrittenDown(bool isPostgres)
    {
        const int Clients = 12, Rounds = 12, Machines = 12;
        var place = await PlaceAsync(isPostgres);
        await using var one = await EmptyServer.StartAsync(place: place);
        await using var other = await EmptyServer.StartAsync(place: place);
        await AddAsync(one, Machines);
        var holders = new ConcurrentDictionary<string, string>();
        var done = 0;

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                var (locker, unlocker) = (client + round) % 2 == 0 ? (one, other) : (other, one);
                var owner = $"client{client}";
                var asked = new JsonObject { ["count"] = 3, ["locked_by"] = owner, ["machine_type"] = "mt", ["description"] = "d" };
                var (status, body) = await locker.SendAsync("POST", "/nodes/lock_many/", asked.ToJsonString());
                if (status == 503)
                    continue;
                Assert.Equal(200, status);
                var names = JsonNode.Parse(body)!.AsArray().Select(node => (string)node!["name"]!).ToList();
                Assert.Equal(3, names.Count);
                Assert.All(names, name => Assert.True(holders.TryAdd(name, owner), $"{name} is with {owner} and {holders[name]}"));
                Assert.All(names, name => Assert.True(holders.TryRemove(name, out _)));
                var freed = new JsonObject { ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]), ["locked_by"] = owner };
                var unlocked = await unlocker.SendAsync("POST", "/nodes/unlock_many/", freed.ToJsonString());
                Assert.True(unlocked.Status == 200, unlocked.Body);
                Interlocked.Increment(ref done);
            }
        })));

        Assert.True(done > 0);
        Assert.Empty(await ListAsync(one, "?locked=true"));
        var deeds = await one.Nodes.DeedsAsync("/nodes/", 10_000, default);
        Assert.Equal(done, deeds.Count(deed => deed.Deed.Path == "/nodes/lock_many/" && deed.Status == 200));
        Assert.Equal(done, deeds.Count(deed => deed.Deed.Path == "/nodes/unlock_many/" && deed.Status == 200));
        Assert.Equal((Clients * Rounds) - done, deeds.Count(deed => deed.Status == 503));
    }

    [SkippableFact]
    public async Task Runs_WrittenThroughAnotherServer_AreSeenAndLivePagesHearOfThem()
    {
        var place = await SharedPostgres.PlaceAsync();
        await using var one = await EmptyServer.StartAsync(place: place, resultsToo: true);
        await using var other = await EmptyServer.StartAsync(place: place, resultsToo: true);
        Assert.Equal(200, (await one.SendAsync("POST", "/runs/r/jobs/", """{"job_id": "1", "status": "queued"}""")).Status);
        Assert.Contains("queued", (await other.SendAsync("GET", "/runs/r/jobs/1/")).Body, StringComparison.Ordinal);

        using var live = await other.Http.GetAsync("/ui/live/runs/r", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", live.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await live.Content.ReadAsStreamAsync());
        var change = Task.Run(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal))
                    return true;
            }

            return false;
        });

        // The page says where it stands when it begins to listen: tell of something new until it heard.
        for (var i = 2; !change.IsCompleted; i++)
        {
            Assert.Equal(200, (await one.SendAsync("POST", "/runs/r/jobs/", $$"""{"job_id": "{{i}}", "status": "queued"}""")).Status);
            await Task.WhenAny(change, Task.Delay(100));
        }

        Assert.True(await change);
        Assert.Equal(200, (await one.SendAsync("DELETE", "/runs/r/")).Status);
        Assert.Equal(404, (await other.SendAsync("GET", "/runs/r/")).Status);
    }

    private async Task<string> PlaceAsync(bool isPostgres) => isPostgres ? await SharedPostgres.PlaceAsync() : Path.Combine(_directory, "shared.db");

    private static async Task AddAsync(EmptyServer server, int count)
    {
        for (var i = 1; i <= count; i++)
            Assert.Equal(200, (await server.SendAsync("POST", "/nodes/", $$"""{"name": "n{{i}}", "machine_type": "mt", "up": true}""")).Status);
    }

    private static async Task<JsonArray> ListAsync(EmptyServer server, string query) => JsonNode.Parse((await server.SendAsync("GET", "/nodes/" + query)).Body)!.AsArray();

    private static string Lock(string name, bool locked) =>
        new JsonObject { ["name"] = name, ["locked"] = locked, ["locked_by"] = $"owner{name[1..]}", ["description"] = "d" }.ToJsonString();
}

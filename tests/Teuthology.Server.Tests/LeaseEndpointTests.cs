using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server.Tests;

/// <summary>What our server knows beyond paddles: locks that end, heartbeats, requests that are sent twice, and a line to wait in.</summary>
public abstract class LeaseEndpointTests : IAsyncLifetime
{
    private EmptyServer? _server;

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync(place: await PlaceAsync());
        for (var i = 1; i <= 4; i++)
            await _server!.SendAsync("POST", "/nodes/", $$"""{"name": "m{{i}}", "machine_type": "mt", "up": true}""");
    }

    public Task DisposeAsync() => _server is null ? Task.CompletedTask : _server.DisposeAsync().AsTask();

    /// <summary>Where the leases are; null for a file of the server's own.</summary>
    protected abstract Task<string?> PlaceAsync();

    [SkippableFact]
    public async Task LockMany_WithoutAnEnd_HoldsUntilUnlocked()
    {
        await using var client = _server!.Client();

        var held = await client.LockManyAsync(Ask(2), new LockTerms { Owner = "me@here", Description = "d" }, default);

        Assert.Equal((2, 0L, null), (held.Nodes.Count, held.Fence, held.ExpiresAt));
        Assert.True(await client.RenewAsync(held, TimeSpan.FromSeconds(1), default));
        Assert.All(await _server!.Nodes.ListAsync(default), node => Assert.Null(node.ExpiresAt));
    }

    [SkippableFact]
    public async Task LockMany_WithALease_TellsFenceAndEndAndIsRenewed()
    {
        await using var client = _server!.Client();
        var held = await client.LockManyAsync(Ask(2), Lease("me@here", 60), default);
        Assert.True(held.Fence > 0);
        Assert.InRange(held.ExpiresAt!.Value, DateTimeOffset.UtcNow.AddSeconds(30), DateTimeOffset.UtcNow.AddSeconds(61));

        Assert.True(await client.RenewAsync(held, TimeSpan.FromHours(2), default));

        var node = (await client.FindAsync(held.Nodes[0].Name, default))!;
        Assert.True(node.ExpiresAt > DateTimeOffset.UtcNow.AddHours(1));
        await client.UnlockAsync(held.Nodes[0].Name, "me@here", null, default);
        Assert.False(await client.RenewAsync(held, TimeSpan.FromHours(2), default));
    }

    [SkippableFact]
    public async Task Lock_ThatIsOver_IsSeenAsFreeAndTakenByTheNext()
    {
        await using var client = _server!.Client();
        var held = await client.LockManyAsync(Ask(4), Lease("me@here", 0.2), default);

        NodeLock? next = null;
        for (var end = DateTimeOffset.UtcNow.AddMinutes(2); next is null && DateTimeOffset.UtcNow < end;)
        {
            try
            {
                next = await client.LockManyAsync(Ask(4), Lease("you@there", 60), default);
            }
            catch (NodeRefusedException e)
            {
                Assert.Equal(NodeRefusal.Insufficient, e.Refusal);
                await Task.Delay(20);
            }
        }

        Assert.True(next!.Fence > held.Fence);
        Assert.False(await client.RenewAsync(held, TimeSpan.FromSeconds(60), default));
    }

    [SkippableFact]
    public async Task LockMany_SentTwiceUnderOneNumber_LocksOnce()
    {
        await using var client = _server!.Client();
        var terms = Lease("me@here", 60) with { RequestId = "one" };

        var first = await client.LockManyAsync(Ask(2), terms, default);
        var second = await client.LockManyAsync(Ask(2), terms, default);

        Assert.Equal(first.Nodes.Select(node => node.Name), second.Nodes.Select(node => node.Name));
        Assert.Equal(2, (await client.ListAsync(new NodeQuery { Locked = true }, default)).Count);
    }

    [SkippableFact]
    public async Task LockMany_InLine_GetsMachinesBeforeOneWhoCameLater()
    {
        await using var client = _server!.Client();
        var all = await client.LockManyAsync(Ask(4), Lease("me@here", 600), default);
        var told = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var waiting = client.LockInLineAsync(Ask(3), Lease("you@there", 60), TimeProvider.System, new Told(told), limit.Token);
        while ((await _server!.Nodes.WaitersAsync(default)).Count == 0)
            await Task.Delay(20, limit.Token);

        await client.UnlockManyAsync([.. all.Nodes.Take(2).Select(node => node.Name)], "me@here", default);
        var narrow = await Assert.ThrowsAsync<NodeRefusedException>(() => client.LockManyAsync(Ask(1), Lease("late@comer", 60), default));
        await client.UnlockManyAsync([.. all.Nodes.Skip(2).Select(node => node.Name)], "me@here", default);

        Assert.Equal("only 2 nodes available, and others wait for them", narrow.Message);
        Assert.Equal(3, (await waiting).Nodes.Count);
        Assert.Empty(await _server!.Nodes.WaitersAsync(default));
        Assert.Contains($"waiting for 3 mt machines of {_server!.Url}: only 0 nodes available", told);
    }

    [SkippableFact]
    public async Task LockInLine_GivesUp_LeavesTheLine()
    {
        await using var client = _server!.Client();
        await client.LockManyAsync(Ask(4), Lease("me@here", 600), default);
        using var stop = new CancellationTokenSource();
        var waiting = client.LockInLineAsync(Ask(1), Lease("you@there", 60), TimeProvider.System, null, stop.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _server!.Nodes.WaitersAsync(default)).Count == 0)
            await Task.Delay(20, limit.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        while ((await _server!.Nodes.WaitersAsync(default)).Count > 0)
            await Task.Delay(20, limit.Token);
    }

    [SkippableFact]
    public async Task UnlockMany_OneOfAnotherOwner_UnlocksNone()
    {
        await using var client = _server!.Client();
        await client.LockAsync("m1", new LockTerms { Owner = "me@here" }, default);
        await client.LockAsync("m2", new LockTerms { Owner = "you@there" }, default);

        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => client.UnlockManyAsync(["m1", "m2"], "me@here", default));

        Assert.Equal((NodeRefusal.Conflict, "Cannot unlock - locked_by values must match"), (refused.Refusal, refused.Message));
        Assert.Equal("me@here", (await client.FindAsync("m1", default))!.LockedBy);
    }

    [SkippableTheory]
    [InlineData("""{"fence": 1}""", 400, "must pass these fields: fence, names, lease_seconds")]
    [InlineData("""{"fence": 1, "names": ["m1"], "lease_seconds": -1}""", 400, "lease_seconds must be a number of seconds above 0")]
    [InlineData("""{"fence": 1, "names": ["m1"], "lease_seconds": 5}""", 403, "lease 1 is lost: it expired, or somebody unlocked a machine of it")]
    public async Task Heartbeat_ThatMakesNoSense_IsRefused(string body, int status, string message)
    {
        var (got, answer) = await _server!.SendAsync("PUT", "/nodes/heartbeat/", body);

        Assert.Equal((status, message), (got, (string?)JsonNode.Parse(answer)!["message"]));
    }

    [SkippableTheory]
    [InlineData(true, 200)]
    [InlineData(false, 404)]
    public async Task Reset_OnlyWhereTestingIsSaid_ForgetsEverything(bool testing, int status)
    {
        await using var server = await EmptyServer.StartAsync(testing);
        await server.SendAsync("POST", "/nodes/", """{"name": "m1"}""");
        await server.Results.SaveJobAsync("run", "1", new JsonObject { ["status"] = "pass" }, default);

        Assert.Equal(status, (await server.SendAsync("POST", "/__reset")).Status);

        Assert.Equal(testing ? "[]" : "m1", testing ? (await server.SendAsync("GET", "/nodes/")).Body : (await server.Nodes.ListAsync(default))[0].Name);
        Assert.Equal(testing, await server.Results.RunAsync("run", default) is null);
    }

    private static LockManyRequest Ask(int count) => new() { Count = count, MachineTypes = ["mt"] };

    private static LockTerms Lease(string owner, double seconds) => new() { Owner = owner, Description = "d", Lease = TimeSpan.FromSeconds(seconds) };

    private sealed class Told(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }
}

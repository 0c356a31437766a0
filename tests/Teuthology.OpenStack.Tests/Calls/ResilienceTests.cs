using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>What clouds do that real services cannot be asked to do in a test: throttle, stumble, forget tokens, refuse.</summary>
public sealed class ResilienceTests
{
    private static readonly ScriptedAnswer NoFlavors = new(200, """{"flavors": []}""");

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task List_WhileTheServiceStumbles_IsAskedAgain(int status)
    {
        var count = 0;
        await using var scripted = new ScriptedCloud(_ => ++count < 3 ? new ScriptedAnswer(status, "") : NoFlavors);
        using var cloud = scripted.Open();

        Assert.Empty(await cloud.Compute.FlavorsAsync(default));
        Assert.Equal(3, count);
    }

    [Fact]
    public async Task List_OfAServiceThatNeverRecovers_NamesCallStatusWordsAndRequest()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(503, """{"message": "The server is currently unavailable.", "code": "503"}"""));
        using var cloud = scripted.Open(ScriptedCloud.Fast with { Tries = 3 });

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Equal($"nova: cannot list flavors: GET {scripted.Address}/compute/v2.1/flavors/detail answers 503 ServiceUnavailable: The server is currently unavailable. (request req-scripted)", error.Message);
        Assert.Equal(3, scripted.Calls.Count);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, error.Status);
    }

    [Fact]
    public async Task List_ThatIsThrottled_WaitsAsLongAsTheServiceAsks()
    {
        var count = 0;
        var told = new List<string>();
        await using var scripted = new ScriptedCloud(_ => ++count == 1 ? new ScriptedAnswer(429, "", ("Retry-After", "1")) : NoFlavors);
        using var cloud = scripted.Open(ScriptedCloud.Fast with { Progress = new Immediate(told.Add) });

        await cloud.Compute.FlavorsAsync(default);

        Assert.Contains("answers 429; try 2 of 6 in 1 s", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ThatIsThrottledForTooLong_IsAnErrorAtOnce()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(429, """{"overLimit": {"message": "slow down", "code": 429}}""", ("Retry-After", "3600")));
        using var cloud = scripted.Open();

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("slow down", error.Message, StringComparison.Ordinal);
        Assert.Single(scripted.Calls);
    }

    [Fact]
    public async Task List_WhoseFirstAnswerNeverComes_IsAskedAgain()
    {
        var count = 0;
        await using var scripted = new ScriptedCloud(_ => ++count == 1 ? ScriptedAnswer.Never : NoFlavors);
        using var cloud = scripted.Open(ScriptedCloud.Fast with { Tries = 20, CallTimeout = TimeSpan.FromSeconds(2) });
        await cloud.Compute.VersionAsync(default);

        Assert.Empty(await cloud.Compute.FlavorsAsync(default));
        Assert.True(count >= 2);
    }

    [Fact]
    public async Task Calls_AfterATokenIsRefused_ShowANewOneOnceOnly()
    {
        await using var scripted = new ScriptedCloud(call => call.Token == "token1" ? new ScriptedAnswer(401, "") : NoFlavors);
        using var cloud = scripted.Open();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cloud.Compute.FlavorsAsync(default)));
        Assert.Equal(2, scripted.Tokens);

        scripted.Script = _ => new ScriptedAnswer(401, """{"error": {"message": "The request you have made requires authentication.", "code": 401, "title": "Unauthorized"}}""");
        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));
        Assert.Equal(HttpStatusCode.Unauthorized, error.Status);
        Assert.Equal(3, scripted.Tokens);
    }

    [Fact]
    public async Task Calls_ShortlyBeforeTheTokenEnds_ShowANewOne()
    {
        var time = new FakeTimeProvider();
        await using var scripted = new ScriptedCloud(_ => NoFlavors) { Expiry = () => time.GetUtcNow().AddHours(1) };
        using var cloud = scripted.Open(ScriptedCloud.Fast with { Time = time });

        await cloud.Compute.FlavorsAsync(default);
        time.Advance(TimeSpan.FromMinutes(56));
        await cloud.Compute.FlavorsAsync(default);
        Assert.Equal(1, scripted.Tokens);
        time.Advance(TimeSpan.FromMinutes(2));
        await cloud.Compute.FlavorsAsync(default);

        Assert.Equal(2, scripted.Tokens);
        Assert.Equal("token2", scripted.Calls[^1].Token);
    }

    [Fact]
    public async Task Network_OfACloudWithoutNeutron_IsEmpty()
    {
        await using var scripted = new ScriptedCloud(_ => null);
        using var cloud = scripted.Open();

        Assert.False(await cloud.Network.ExistsAsync(default));
        Assert.False(await cloud.Network.HasSecurityGroupsAsync(default));
        Assert.Empty(await cloud.Network.SecurityGroupsAsync(null, default));
        Assert.Empty(await cloud.Network.FloatingIpsAsync(default));
        Assert.Empty(await cloud.Network.QuotaAsync(default));
        Assert.Empty(scripted.Calls);
    }

    [Fact]
    public async Task Calls_ThatAreRedirected_DoNotCarryTheTokenElsewhere()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(302, "", ("Location", "http://192.0.2.1/")));
        using var cloud = scripted.Open();

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("endpoint override", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_ToSomethingThatIsNoOpenStack_SayWhat()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(200, "<html>Welcome</html>"));
        using var cloud = scripted.Open();

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("is no JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CollectAsync_WhatCannotBeDeleted_IsReportedWithItsReason()
    {
        await using var scripted = new ScriptedCloud(call => (call.Method, call.Path) switch
        {
            ("GET", "/compute/v2.1/servers/detail") => new ScriptedAnswer(200, """{"servers": [{"id": "s1", "name": "stuck", "status": "ERROR", "metadata": {"teuthology": "teuthology", "teuthology-id": "r-0", "teuthology-lease": "2020-01-01T00:00:00Z"}}]}"""),
            ("GET", "/compute/v2.1/os-keypairs") => new ScriptedAnswer(200, """{"keypairs": []}"""),
            ("GET", "/volume/v3/p1/volumes/detail") => new ScriptedAnswer(200, """{"volumes": []}"""),
            ("GET", "/image/v2/images") => new ScriptedAnswer(200, """{"images": []}"""),
            _ => new ScriptedAnswer(403, """{"forbidden": {"message": "Policy does not allow it", "code": 403}}"""),
        });
        using var cloud = scripted.Open();

        var report = await new RunCollector(cloud).CollectAsync(new CollectScope(), TimeSpan.FromMilliseconds(50), null, default);

        Assert.False(report.IsDone);
        Assert.Empty(report.Deleted);
        var (item, why) = Assert.Single(report.Left);
        Assert.Equal("server stuck (s1)", item.ToString());
        Assert.Contains("Policy does not allow it", why, StringComparison.Ordinal);
    }
}

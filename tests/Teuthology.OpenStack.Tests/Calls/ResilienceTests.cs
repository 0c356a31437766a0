using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>What clouds do that real services cannot be asked to do in a test: throttle, stumble, lose answers, never end.</summary>
public sealed class ResilienceTests
{
    private static readonly ScriptedAnswer NoFlavors = new(200, """{"flavors": []}""");
    private static readonly ServerOrder Order = new() { Name = "one", FlavorId = "f", ImageId = "i" };

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
    public async Task CreateServerAsync_WhoseAnswerIsLost_FindsWhatWasMade()
    {
        string? mark = null;
        await using var scripted = new ScriptedCloud(call =>
        {
            if (call.Method == "POST")
            {
                mark = JsonNode.Parse(call.Body)!["server"]!["metadata"]!["teuthology-order"]!.ToString();
                return ScriptedAnswer.Lost;
            }

            var server = $$$"""{"id": "s1", "name": "one", "status": "ACTIVE", "metadata": {"teuthology-order": "{{{mark}}}"}}""";
            var other = """{"id": "s0", "name": "one", "status": "ACTIVE", "metadata": {"teuthology-order": "another"}}""";
            return call.Path.EndsWith("/detail", StringComparison.Ordinal) ? new ScriptedAnswer(200, $$"""{"servers": [{{other}}, {{server}}]}""") : new ScriptedAnswer(200, $$"""{"server": {{server}} }""");
        });
        using var cloud = scripted.Open();

        Assert.Equal("s1", (await cloud.Compute.CreateServerAsync(Order, default)).Id);
        Assert.Single(scripted.Calls, c => c.Method == "POST");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(504)]
    [InlineData(-1)]
    public async Task CreateServerAsync_ThatWasNotCarriedOut_IsOrderedAgainAfterALook(int status)
    {
        var count = 0;
        await using var scripted = new ScriptedCloud(call => call switch
        {
            { Method: "POST" } => ++count < 3 ? new ScriptedAnswer(status, "") : new ScriptedAnswer(202, """{"server": {"id": "s1"}}"""),
            _ when call.Path.EndsWith("/detail", StringComparison.Ordinal) => new ScriptedAnswer(200, """{"servers": []}"""),
            _ => new ScriptedAnswer(200, """{"server": {"id": "s1", "name": "one", "status": "BUILD"}}"""),
        });
        using var cloud = scripted.Open();

        Assert.Equal("s1", (await cloud.Compute.CreateServerAsync(Order, default)).Id);
        Assert.Equal(["POST", "GET", "POST", "GET", "POST", "GET"], scripted.Calls.Select(c => c.Method));
    }

    [Fact]
    public async Task CreateServerAsync_ThatIsRefused_IsOrderedOnce()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(409, """{"conflictingRequest": {"message": "no", "code": 409}}"""));
        using var cloud = scripted.Open();

        await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.CreateServerAsync(Order, default));

        Assert.Single(scripted.Calls);
    }

    [Fact]
    public async Task CreateServerAsync_ThatIsThrottled_IsOrderedAgain()
    {
        var count = 0;
        await using var scripted = new ScriptedCloud(call => call.Method != "POST" ? new ScriptedAnswer(200, """{"server": {"id": "s1"}}""")
            : ++count == 1 ? new ScriptedAnswer(429, "") : new ScriptedAnswer(202, """{"server": {"id": "s1"}}"""));
        using var cloud = scripted.Open();

        await cloud.Compute.CreateServerAsync(Order, default);

        Assert.Equal(2, count);
    }

    [Fact]
    public async Task DeleteServerAsync_InConflictWithAnotherTask_IsOrderedAgain()
    {
        var count = 0;
        await using var scripted = new ScriptedCloud(_ => ++count < 3 ? new ScriptedAnswer(409, "") : new ScriptedAnswer(204, ""));
        using var cloud = scripted.Open();

        Assert.True(await cloud.Compute.DeleteServerAsync("s1", default));
        Assert.Equal(3, count);
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
    public async Task List_WhosePageLeadsBack_EndsWithAnError()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "http://elsewhere/flavors/detail?marker=1"}]}"""));
        using var cloud = scripted.Open();

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("the list does not end: after 1 pages one leads back", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, scripted.Calls.Count);
    }

    [Fact]
    public async Task List_ThatChangesWhileItIsRead_IsReadAnew()
    {
        // What Nova does when a server gets from its queue to its host between two pages.
        var count = 0;
        await using var scripted = new ScriptedCloud(_ => ++count switch
        {
            1 or 2 or 3 => new ScriptedAnswer(200, $$"""{"flavors": [{"id": "{{(count == 2 ? 2 : 1)}}", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/?marker={{(count == 2 ? 2 : 1)}}"}]}"""),
            4 => new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}, {"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/?marker=1"}]}"""),
            _ => new ScriptedAnswer(200, """{"flavors": [{"id": "2", "name": "b"}]}"""),
        });
        using var cloud = scripted.Open();

        Assert.Equal(["a", "b"], (await cloud.Compute.FlavorsAsync(default)).Select(f => f.Name));
        Assert.Equal(5, count);
    }

    [Fact]
    public async Task List_WhosePagesNeverEnd_EndsWithAnError()
    {
        var page = 0;
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(200, $$"""{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "/flavors/detail?marker={{++page}}"}]}"""));
        using var cloud = scripted.Open(ScriptedCloud.Fast with { MostItems = 20 });

        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.FlavorsAsync(default));

        Assert.Contains("there are still more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WhoseLinksNameAnotherHost_StaysWithTheCatalogues()
    {
        await using var scripted = new ScriptedCloud(call => call.Url.Contains("marker=1", StringComparison.Ordinal)
            ? new ScriptedAnswer(200, """{"flavors": [{"id": "2", "name": "b"}]}""")
            : new ScriptedAnswer(200, """{"flavors": [{"id": "1", "name": "a"}], "flavors_links": [{"rel": "next", "href": "http://192.0.2.1/v2.1/flavors/detail?marker=1"}]}"""));
        using var cloud = scripted.Open();

        Assert.Equal(["a", "b"], (await cloud.Compute.FlavorsAsync(default)).Select(f => f.Name));
    }

    [Fact]
    public async Task CreateServerAsync_OnANovaWithoutTagsAtCreation_SetsThemAfterwards()
    {
        await using var scripted = new ScriptedCloud(call => call.Method switch
        {
            "POST" => new ScriptedAnswer(202, """{"server": {"id": "s1"}}"""),
            "PUT" => new ScriptedAnswer(200, """{"tags": []}"""),
            _ => new ScriptedAnswer(200, """{"server": {"id": "s1", "name": "one"}}"""),
        });
        using var cloud = scripted.Open();

        await cloud.Compute.CreateServerAsync(Order with { Tags = ["a"] }, default);

        Assert.All(scripted.Calls, c => Assert.Equal("compute 2.53", c.Version));
        Assert.Contains("\"tags\":[\"a\"]", scripted.Calls[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"networks\":\"auto\"", scripted.Calls[0].Body, StringComparison.Ordinal);
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
    public async Task UploadAsync_WhoseConnectionBreaks_SendsItAgainFromTheBeginning()
    {
        var uploads = new List<string>();
        await using var scripted = new ScriptedCloud(call =>
        {
            if (call.Method != "PUT")
                return new ScriptedAnswer(200, $$"""{"id": "i1", "name": "big", "status": "{{(uploads.Count > 1 ? "active" : "queued")}}"}""");
            uploads.Add(call.Body);
            return uploads.Count == 1 ? ScriptedAnswer.Lost : new ScriptedAnswer(204, "");
        });
        using var cloud = scripted.Open();
        using var data = new MemoryStream("0123456789"u8.ToArray());

        Assert.Equal("active", (await cloud.Images.UploadAsync("i1", data, null, default)).Status);
        Assert.Equal(["0123456789", "0123456789"], uploads);
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

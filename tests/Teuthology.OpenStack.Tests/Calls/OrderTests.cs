using System.Text.Json.Nodes;

namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>Orders whose answers get lost, or that clouds refuse: what was made is found, and made once.</summary>
public sealed class OrderTests
{
    private static readonly ServerOrder Order = new() { Name = "one", FlavorId = "f", ImageId = "i" };

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
    public async Task RebuildServerAsync_OnANovaThatIsTooOld_IsRefusedHere()
    {
        await using var scripted = new ScriptedCloud(_ => new ScriptedAnswer(202, """{"server": {"id": "s1"}}"""));
        using var cloud = scripted.Open();

        Assert.False(await cloud.Compute.CanRebuildAsync(default));
        var error = await Assert.ThrowsAsync<OpenStackException>(() => cloud.Compute.RebuildServerAsync("s1", new ServerRebuild { Name = "one", ImageId = "i" }, default));

        Assert.Equal("nova: cannot rebuild server s1 with new user-data: its API is 2.53, that takes 2.57", error.Message);
        Assert.Empty(scripted.Calls);
    }
}

using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>What ran on a machine, by the targets of the jobs.</summary>
public sealed class NodeJobTests : IAsyncLifetime
{
    private EmptyServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync();
        foreach (var (name, type) in new[] { ("n1", "mt"), ("n2", "mt"), ("v1", "vps") })
            await _server.SendAsync("POST", "/nodes/", $$"""{"name": "{{name}}", "machine_type": "{{type}}"}""");
        await JobAsync("run-a", "1", "pass", "mt", "ubuntu@n1", "ubuntu@n2");
        await JobAsync("run-a", "2", "fail", "mt", "ubuntu@n1");
        await JobAsync("run-b", "1", "pass", "vps", "n1", "root@v1");
        await JobAsync("run-b", "2", "queued", "vps");
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/nodes/n1/jobs/", "run-b/1 run-a/2 run-a/1")]
    [InlineData("/nodes/n2/jobs", "run-a/1")]
    [InlineData("/nodes/n1/jobs/?status=pass", "run-b/1 run-a/1")]
    [InlineData("/nodes/n1/jobs/?name=run-a&count=1", "run-a/2")]
    [InlineData("/nodes/n1/jobs/?count=1&page=3", "run-a/1")]
    [InlineData("/nodes/n1/jobs/?count=1&page=9", "")]
    public async Task Jobs_OfAMachine_AreTheNewestFirst(string path, string jobs)
    {
        var (status, body) = await _server.SendAsync("GET", path);

        Assert.Equal(200, status);
        Assert.Equal(jobs, string.Join(' ', JsonNode.Parse(body)!.AsArray().Select(job => $"{job!["name"]}/{job["job_id"]}")));
    }

    [Theory]
    [InlineData("/nodes/n1/job_stats/", """{"pass":2,"fail":1,"queued":0,"running":0,"dead":0,"unknown":0,"waiting":0}""")]
    [InlineData("/nodes/job_stats/", """{"n2":{"pass":1},"v1":{"pass":1},"n1":{"fail":1,"pass":2}}""")]
    [InlineData("/nodes/job_stats?machine_type=mt&since_days=1", """{"n2":{"pass":1},"n1":{"fail":1,"pass":1}}""")]
    public async Task Stats_OfJobs_CountStates(string path, string stats) =>
        Assert.Equal((200, stats), await _server.SendAsync("GET", path));

    [Theory]
    [InlineData("/nodes/none/jobs/")]
    [InlineData("/nodes/none/job_stats/")]
    public async Task Jobs_OfAnUnknownMachine_AreNotFound(string path) =>
        Assert.Equal((404, """{"message":"node not found"}"""), await _server.SendAsync("GET", path));

    private Task JobAsync(string run, string id, string status, string type, params string[] targets) => _server.Results.SaveJobAsync(
        run,
        id,
        new JsonObject { ["status"] = status, ["machine_type"] = type, ["targets"] = new JsonObject(targets.Select(target => KeyValuePair.Create(target, (JsonNode?)"key"))) },
        default);
}

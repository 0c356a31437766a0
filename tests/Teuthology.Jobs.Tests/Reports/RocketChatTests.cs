using System.Text.Json.Nodes;

namespace Teuthology.Jobs.Tests;

public sealed class RocketChatTests : IDisposable
{
    private const string Job = "rocketchat: 'qa, @me,'\nsleep_before_teardown: 0.1\nsuite: rbd\ntasks:\n- test.step: {name: a}\n- test.step: {name: b}\n";
    private readonly string _settings = Path.GetTempFileName();

    [Fact]
    public async Task SleepBeforeTeardown_TellsEachChannel()
    {
        await using var chat = new HttpSink(asked => asked.Path == "/api/v1/login"
            ? (200, """{"status": "success", "data": {"authToken": "token", "userId": "me"}}""")
            : (200, """{"success": true}"""));
        using var host = Host($"domain: http://{chat.Host}\nusername: bot\npassword: secret\n");

        var result = await host.RunAsync(Job);

        Assert.Equal(JobStatus.Pass, result.Status);
        Assert.Equal(["/api/v1/login", "/api/v1/chat.postMessage", "/api/v1/chat.postMessage"], chat.Asked.Select(asked => asked.Path));
        Assert.Equal(("bot", "secret"), ((string?)JsonNode.Parse(chat.Asked[0].Body)!["user"], (string?)JsonNode.Parse(chat.Asked[0].Body)!["password"]));
        Assert.All(chat.Asked.Skip(1), asked => Assert.Equal(("token", "me"), (asked.Headers["X-Auth-Token"], asked.Headers["X-User-Id"])));
        Assert.Equal(["qa", "@me"], chat.Asked.Skip(1).Select(asked => (string?)JsonNode.Parse(asked.Body)!["channel"]));
        var text = (string?)JsonNode.Parse(chat.Asked[1].Body)!["text"];
        Assert.All(
            ["[1](http://ui/run/1/)", "suite *rbd*", "owned by tester@host", "status: *pass*", "(0.1 seconds)", "[teuthology.log](http://archive/run/1/teuthology.log)", "Description: test/{job}", "Run: run", "test.step -> test.step"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("Sending a message to Rocket.Chat channels: qa, @me\n", await LogAsync(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneChannelRefuses_TheOthersAreToldAllTheSame()
    {
        await using var chat = new HttpSink(asked => asked.Path == "/api/v1/login"
            ? (200, """{"status": "success", "data": {"authToken": "token", "userId": "me"}}""")
            : asked.Body.Contains("\"qa\"", StringComparison.Ordinal) ? (400, """{"success": false, "error": "error-invalid-room"}""") : (200, """{"success": true}"""));
        using var host = Host($"domain: http://{chat.Host}/\nusername: bot\npassword: secret\n");
        var result = await host.RunAsync(Job);
        Assert.Equal(JobStatus.Pass, result.Status);
        Assert.Equal(3, chat.Asked.Count);
        Assert.Contains("WARNING:teuthology.run_tasks:rocketchat: Failed to send message to \"qa\" channel: ", await LogAsync(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("domain: http://127.0.0.1:1\nusername: a\npassword: b\n", "127.0.0.1:1")]
    [InlineData("domain: chat.lab\nusername: a\npassword: b\n", ":1:1: 'domain' must be a URL such as https://chat.example.com")]
    [InlineData("domain: http://chat.lab\nusername: a\n", ":1:1: 'password' is missing; it must be a text")]
    [InlineData(null, "settings.yaml")]
    public async Task NoServerOrNoAccount_IsAWarningOnly(string? settings, string reason)
    {
        using var host = Host(settings);
        var result = await host.RunAsync(Job);
        Assert.Equal(JobStatus.Pass, result.Status);
        var log = await LogAsync(result);
        Assert.Contains("WARNING:teuthology.run_tasks:rocketchat: nobody is told: ", log, StringComparison.Ordinal);
        Assert.Contains(reason, log, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_settings);

    private JobHost Host(string? settings)
    {
        File.WriteAllText(_settings, settings);
        return new JobHost(change: o => o with
        {
            RocketChatSettings = settings is null ? "/nonexistent/settings.yaml" : _settings,
            Site = SiteConfig.Empty with { ArchiveServer = "http://archive/", ResultsUiServer = "http://ui" },
        });
    }

    private static Task<string> LogAsync(JobResult result) => File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
}

using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

public sealed class SentryTests
{
    private const string Job = """
        teuthology_branch: main
        branch: wip-x
        suite: rbd
        machine_type: vps
        os_type: debian
        os_version: "12"
        targets: {ubuntu@n1.lab: ssh-ed25519 SECRET}
        interactive-on-error: true
        tasks:

        """;

    [Fact]
    public async Task Failure_IsToldWithTagsConfigurationAndFingerprint()
    {
        await using var sentry = new HttpSink(_ => (200, "{}"));
        using var host = Host(sentry, "http://sentry.lab/org/");

        var result = await host.RunAsync(Job + "- test.step: {name: fine}\n- test.command: {label: list it}\n");

        var envelope = Assert.Single(sentry.Asked);
        Assert.Equal(("POST", "/api/42/envelope/"), (envelope.Method, envelope.Path));
        Assert.Contains("sentry_key=thekey", envelope.Headers["X-Sentry-Auth"], StringComparison.Ordinal);
        var told = JsonNode.Parse(envelope.Body.Split('\n')[2])!;
        var tags = told["tags"]!.AsObject().ToDictionary(tag => tag.Key, tag => (string?)tag.Value);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                ["task"] = "test.command", ["owner"] = "tester@host", ["teuthology_branch"] = "main", ["branch"] = "wip-x", ["suite"] = "rbd", ["machine_type"] = "vps",
                ["os_type"] = "debian", ["os_version"] = "12",
            },
            tags);
        Assert.Equal(["list it", "exit status 2", "{{ type }}"], told["fingerprint"]!.AsArray().Select(text => (string?)text));
        Assert.Equal("<redacted>", (string?)told["extra"]!["config"]!["targets"]!["ubuntu@n1.lab"]);
        Assert.DoesNotContain("SECRET", envelope.Body, StringComparison.Ordinal);
        Assert.Equal("http://archive/run/1/", (string?)told["extra"]!["logs"]);
        Assert.Contains("Command failed (list it) on n1 with status 2", (string?)told["exception"]!["values"]![0]!["value"], StringComparison.Ordinal);

        var id = (string?)told["event_id"];
        Assert.Equal($"http://sentry.lab/org/?query={id}", JobHost.Summary(result)["sentry_event"]);
        Assert.Contains($"INFO:teuthology.util.sentry: Sentry event: http://sentry.lab/org/?query={id}", await LogAsync(result), StringComparison.Ordinal);
        var saved = (YamlMap)((YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, "config.yaml"))!)["targets"]!;
        Assert.Equal("ssh-ed25519 SECRET", saved["ubuntu@n1.lab"]); // only what is told is redacted
    }

    [Fact]
    public async Task Success_AndFailuresOfUnwindingAlone_TellNothing()
    {
        await using var sentry = new HttpSink(_ => (200, "{}"));
        using var host = Host(sentry, null);
        await host.RunAsync("tasks:\n- test.step: {name: fine}\n");
        await host.RunAsync("tasks:\n- test.step: {name: late, exits: [throw]}\n");
        Assert.Empty(sentry.Asked);
    }

    [Fact]
    public async Task NoServerOfPages_NotesTheEventsId()
    {
        await using var sentry = new HttpSink(_ => (200, "{}"));
        using var host = Host(sentry, null);
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, enter: throw}\n");
        var told = JsonNode.Parse(Assert.Single(sentry.Asked).Body.Split('\n')[2])!;
        Assert.Null(told["fingerprint"]);
        Assert.Equal((string?)told["event_id"], JobHost.Summary(result)["sentry_event"]);
    }

    [Theory]
    [InlineData("http://thekey@127.0.0.1:1/42")]
    [InlineData("no dsn")]
    public async Task ServerThatIsNotThere_IsAWarningOnly(string dsn)
    {
        using var host = new JobHost(change: o => o with { Site = SiteConfig.Empty with { SentryDsn = dsn } });
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, enter: throw}\n");
        Assert.Equal((JobStatus.Fail, "enter a throws"), (result.Status, result.FailureReason));
        Assert.False(JobHost.Summary(result).ContainsKey("sentry_event"));
        Assert.Contains("WARNING:teuthology.util.sentry:Sentry was not told of the failure: ", await LogAsync(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatRefuses_IsAWarningOnly()
    {
        await using var sentry = new HttpSink(_ => (403, "{\"detail\": \"bad key\"}"));
        using var host = Host(sentry, null);
        var result = await host.RunAsync("tasks:\n- test.step: {name: a, enter: throw}\n");
        Assert.False(JobHost.Summary(result).ContainsKey("sentry_event"));
        Assert.Contains("Sentry was not told of the failure: ", await LogAsync(result), StringComparison.Ordinal);
    }

    private static JobHost Host(HttpSink sentry, string? pages) => new(change: o => o with
    {
        Site = SiteConfig.Empty with { SentryDsn = $"http://thekey@{sentry.Host}/42", SentryServer = pages, ArchiveServer = "http://archive/" },
    });

    private static Task<string> LogAsync(JobResult result) => File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
}

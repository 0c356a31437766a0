using System.Net;
using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>Whoever tells of a job tells where its archive is: pages show nothing that is not one.</summary>
public sealed class PageArchiveTests : IAsyncLifetime
{
    private const string Secret = "nobody shall see this";
    private readonly string _top = Directory.CreateTempSubdirectory("teuthology-archives-").FullName;
    private EmptyServer _server = null!;

    public async Task InitializeAsync()
    {
        foreach (var directory in (string[])["base/run/1", "base/run/2", "base/run/3", "elsewhere/remote"])
        {
            Directory.CreateDirectory(Path.Combine(_top, directory));
            await File.WriteAllTextAsync(Path.Combine(_top, directory, "teuthology.log"), $"2026-11-22T10:00:00.000 INFO:teuthology.run:{(directory.StartsWith("else", StringComparison.Ordinal) ? Secret : "hello")}\n");
        }

        await File.WriteAllTextAsync(Path.Combine(_top, "elsewhere", "teuthology.log"), $"2026-11-22T10:00:00.000 INFO:teuthology.run:{Secret}\n");
        File.Delete(Path.Combine(_top, "base/run/2/teuthology.log"));
        File.CreateSymbolicLink(Path.Combine(_top, "base/run/2/teuthology.log"), Path.Combine(_top, "elsewhere/teuthology.log"));
        Directory.CreateSymbolicLink(Path.Combine(_top, "base/run/3/remote"), Path.Combine(_top, "elsewhere"));
        _server = await EmptyServer.StartAsync(settings: options => options with { ArchiveRoots = [Path.Combine(_top, "base")] });
        foreach (var (id, path) in new[] { ("1", "base/run/1"), ("2", "base/run/2"), ("3", "base/run/3"), ("4", "elsewhere"), ("5", "base/../elsewhere") })
            await _server.Results.SaveJobAsync("run", id, new JsonObject { ["status"] = "pass", ["archive_path"] = Path.Combine(_top, path) }, default);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_top, recursive: true);
    }

    [Fact]
    public async Task Log_OfAnArchive_IsShown() => Assert.Contains("hello", (await _server.SendAsync("GET", "/ui/runs/run/jobs/1/log")).Body, StringComparison.Ordinal);

    [Fact]
    public async Task MergedLog_LinksAmongWhatMachinesSent_AreLeftOut()
    {
        Directory.CreateDirectory(Path.Combine(_top, "base/run/1/remote/n1"));
        Directory.CreateSymbolicLink(Path.Combine(_top, "base/run/1/remote/n1/log"), Path.Combine(_top, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_top, "base/run/1/remote/n2"), Path.Combine(_top, "elsewhere"));

        var (status, body) = await _server.SendAsync("GET", "/ui/runs/run/jobs/1/log?view=merged");

        Assert.Equal(200, status);
        Assert.Contains("hello", body, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_EventsNestedWithoutEnd_AreShownAsFarAsTheyMay()
    {
        await File.WriteAllLinesAsync(
            Path.Combine(_top, "base/run/1/events.jsonl"),
            Enumerable.Range(1, 30_000).Select(i => $$"""{"time":"2026-11-22T10:00:00.000Z","event":"task.enter","task":"t{{i}}","id":{{i}},"parent":{{i - 1}}}"""));

        var (status, body) = await _server.SendAsync("GET", "/ui/runs/run/jobs/1");

        Assert.Equal(200, status);
        Assert.Contains("The first 1000 of 30000 tasks are shown.", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "/files/../../../../elsewhere/teuthology.log")]
    [InlineData("1", "/files/..%2F..%2F..%2Felsewhere%2Fteuthology.log")]
    [InlineData("2", "/log")]
    [InlineData("2", "/files/teuthology.log")]
    [InlineData("2", "/log?view=merged")]
    [InlineData("3", "/log?view=merged")]
    [InlineData("3", "/files/remote/teuthology.log")]
    [InlineData("4", "/log")]
    [InlineData("4", "/log?q=nobody")]
    [InlineData("4", "/files/teuthology.log")]
    [InlineData("5", "/log")]
    public async Task Page_OfAPathThatLeadsOut_IsNotFound(string job, string path)
    {
        var (status, body) = await _server.SendAsync("GET", $"/ui/runs/run/jobs/{job}{path}");

        Assert.Equal((int)HttpStatusCode.NotFound, status);
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("4")]
    public async Task LiveLog_OfAPathThatLeadsOut_IsNotFound(string job) =>
        Assert.Equal((int)HttpStatusCode.NotFound, (await _server.SendAsync("GET", $"/ui/live/runs/run/jobs/{job}/log")).Status);
}

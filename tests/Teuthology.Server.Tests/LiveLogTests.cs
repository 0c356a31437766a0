using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>Logs that grow, over server-sent events.</summary>
public sealed class LiveLogTests : IAsyncLifetime
{
    private const int Watchers = 1000;
    private const string Run = "me-2026-11-23_08:00:00-rbd-main-distro-default-root";
    private readonly string _archive = Directory.CreateTempSubdirectory("teuthology-live-").FullName;
    private EmptyServer _server = null!;

    private static string Address => $"/ui/live/runs/{Uri.EscapeDataString(Run)}/jobs/1/log";

    private string Log => Path.Combine(_archive, "teuthology.log");

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync(settings: options => options with { ArchiveRoots = [_archive] });
        await File.WriteAllTextAsync(Log, "2026-11-23T08:00:00.000 INFO:teuthology.a:first\n2026-11-23T08:00:00.000 INFO:teuthology.a:second\n");
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "running", ["archive_path"] = _archive }, default);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_archive, recursive: true);
    }

    [Fact]
    public async Task Log_AThousandWatchers_AllGetEveryLineOnceAndTheEnd()
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Watchers + 10 }) { BaseAddress = _server.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(5) };
        var begun = new SemaphoreSlim(0);
        var watchers = Enumerable.Range(0, Watchers).Select(_ => WatchAsync(http, "?since=0", begun)).ToList();
        for (var i = 0; i < Watchers; i++)
            Assert.True(await begun.WaitAsync(TimeSpan.FromMinutes(2)), $"{i} of {Watchers} watchers began");

        foreach (var i in Enumerable.Range(0, 20))
            await File.AppendAllTextAsync(Log, $"2026-11-23T08:00:01.000 INFO:teuthology.a:line {i}\n");
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);

        string[] expected = ["first", "second", .. Enumerable.Range(0, 20).Select(i => $"line {i}")];
        Assert.All(await Task.WhenAll(watchers), seen => Assert.Equal(expected, seen.Lines));
    }

    [Fact]
    public async Task Log_LastEventId_GoesOnBehindWhatWasSeen()
    {
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "fail" }, default);
        var all = await WatchAsync(_server.Http, "?since=0");
        var first = Encoding.UTF8.GetByteCount((await File.ReadAllLinesAsync(Log))[0]) + 1;

        var rest = await WatchAsync(_server.Http, "?since=0", last: first.ToString());

        Assert.Equal(["first", "second"], all.Lines);
        Assert.Equal(["second"], rest.Lines);
        Assert.Equal(all.LastId, rest.LastId);
    }

    [Fact]
    public async Task Log_LineWithoutItsEnd_IsToldWhenItHasOne()
    {
        await File.AppendAllTextAsync(Log, "2026-11-23T08:00:01.000 INFO:teuthology.a:ha");
        var watching = WatchAsync(_server.Http, "?since=0");
        await File.AppendAllTextAsync(Log, "lf\n");
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);

        Assert.Equal(["first", "second", "half"], (await watching).Lines);
    }

    [Fact]
    public async Task Log_LineLongerThanAChunk_ArrivesWhole()
    {
        var line = new string('x', 200_000);
        await File.AppendAllTextAsync(Log, $"2026-11-23T08:00:01.000 INFO:teuthology.a:{line}\nlast\n");
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);

        var seen = await WatchAsync(_server.Http, "?since=0");

        Assert.Equal($"firstsecond{line}last", string.Concat(seen.Lines));
    }

    [Fact]
    public async Task Log_OfTheNextTry_IsToldFromItsStart()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address + "?since=0");
        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await UntilAsync(reader, line => line.Contains("second", StringComparison.Ordinal));

        File.Move(Log, Log + ".1");
        await File.WriteAllTextAsync(Log, "2026-11-23T08:01:00.000 INFO:teuthology.a:anew\n");

        await UntilAsync(reader, line => line == "event: again");
        await UntilAsync(reader, line => line.Contains("anew", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_PlaceBehindItsEnd_IsToldFromItsStart()
    {
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);

        Assert.Equal(["first", "second"], (await WatchAsync(_server.Http, "?since=999999")).Lines);
    }

    [Fact]
    public async Task Log_CharactersAtTheEndOfAChunk_StayWhole()
    {
        var line = string.Concat(Enumerable.Repeat("\u20AC\U0001F419", 30_000));
        await File.AppendAllTextAsync(Log, $"x{line}\n");
        await _server.Results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass" }, default);

        Assert.EndsWith($"x{line}", string.Concat((await WatchAsync(_server.Http, "?since=0")).Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ui/live/runs/nobody/jobs/1/log")]
    [InlineData("/ui/live/runs/nobody/jobs/..%2F..%2Fetc/log")]
    public async Task Log_OfNoJob_IsNotFound(string path) => Assert.Equal(404, (await _server.SendAsync("GET", path)).Status);

    [Fact]
    public async Task Run_ThatChanges_IsTold()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ui/live/runs/{Uri.EscapeDataString(Run)}");
        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("retry: 2000", await reader.ReadLineAsync());

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var changing = ChangeAsync(stop.Token);
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != "event: change")
            Assert.DoesNotContain("error", line, StringComparison.Ordinal);
        await stop.CancelAsync();
        await changing;
    }

    private static async Task UntilAsync(StreamReader reader, Func<string, bool> found)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!found(await reader.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("the events ended")))
        {
            // The next line.
        }
    }

    // Until it is seen: a watcher takes a while to know the first state.
    private async Task ChangeAsync(CancellationToken cancellationToken)
    {
        for (var i = 2; !cancellationToken.IsCancellationRequested; i++)
        {
            await _server.Results.SaveJobAsync(Run, $"{i}", new JsonObject { ["status"] = "queued" }, default);
            await Task.Delay(200, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task<(List<string> Lines, string LastId)> WatchAsync(HttpClient http, string query, SemaphoreSlim? begun = null, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address + query);
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        begun?.Release();
        List<string> lines = [];
        var (name, id) = ("", "");
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && name == "lines")
                lines.AddRange(JsonNode.Parse(line[6..])!.AsArray().Select(told => (string)told![4]!));
            else if (line.Length == 0 && name == "end")
                return (lines, id);
        }

        throw new InvalidOperationException("the events ended before the log did");
    }
}

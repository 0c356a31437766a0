using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Cli.Tests;

public sealed class ResultsVerbTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        var store = await ResultsStore.OpenAsync(_cli.State, TimeProvider.System, default);
        await store.SaveJobAsync("good", "1", new JsonObject { ["status"] = "pass", ["description"] = "rbd/{a}", ["duration"] = 3.25 }, default);
        await store.SaveJobAsync("good", "2", new JsonObject { ["status"] = "skip", ["failure_reason"] = "needs root" }, default);
        await store.SaveJobAsync("bad", "1", new JsonObject { ["status"] = "fail", ["failure_reason"] = "line one\nline two", ["archive_path"] = "/archive/bad/1" }, default);
    }

    public Task DisposeAsync()
    {
        _cli.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Results_NoRun_ListsRunsNewestFirst()
    {
        var result = await _cli.RunAsync("results");

        Assert.Equal(["bad finished fail 1 0 1 0 0", "good finished pass 2 1 0 0 1"], result.Lines.Skip(1).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Results_GoodRun_Exits0() => Assert.Equal(0, (await _cli.RunAsync("results", "good")).ExitCode);

    [Fact]
    public async Task Results_LastRunWithFailure_TellsWhyAndExits1()
    {
        var result = await _cli.RunAsync("results", "last");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["fail      1            -", "            line one", "            line two", "            /archive/bad/1", "bad: finished fail, 1 fail"], result.Lines);
    }

    [Fact]
    public async Task Results_Json_HasTheServersKeys()
    {
        var job = JsonNode.Parse((await _cli.RunAsync("results", "--name", "good", "--json")).Lines[0])!;

        Assert.Equal(("1", "pass", 3), ((string)job["job_id"]!, (string)job["status"]!, (int)job["duration"]!));
    }

    [Fact]
    public async Task Results_EmptyStore_SaysSo()
    {
        using var cli = new Cli();

        Assert.Equal(new CliResult(0, "", "There are no runs yet.\n"), await cli.RunAsync("results"));
    }
}

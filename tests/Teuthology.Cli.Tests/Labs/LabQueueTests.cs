using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

public sealed class LabQueueTests : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private readonly CancellationTokenSource _stop = new();
    private LeaseStore _store = null!;
    private Task _waiting = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _store = new LeaseStore(StorePlace.OfHost(_cli.State), TimeProvider.System);
        await _store.RegisterAsync([new NodeRecord { Name = "smithi001", MachineType = "smithi" }, new NodeRecord { Name = "smithi002", MachineType = "smithi" }], default);
        var first = await _store.TryClaimAsync(Want(2, "joe@host"), default);
        await _store.ReleaseAsync(first!);
        await _store.TryClaimAsync(Want(1, "ann@host"), default);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _store.DisposeAsync();
        _stop.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task Queue_NobodyWaits_SaysSo()
    {
        Assert.Equal("nobody waits\n", (await _cli.RunAsync("lab", "queue")).Output);
        Assert.Equal("[]\n", (await _cli.RunAsync("lab", "queue", "--json")).Output);
    }

    [Fact]
    public async Task Queue_OneWaits_TellsWhoForWhatAndWhen()
    {
        _waiting = _store.ClaimAsync(Want(2, "sue@host"), null, _stop.Token);
        while ((await _store.WaitersAsync(default)).Count == 0)
            await Task.Delay(10);

        var place = JsonNode.Parse((await _cli.RunAsync("lab", "queue", "--json")).Output)![0]!;
        Assert.Equal(("sue@host", 2, 0, "smithi"), ((string)place["owner"]!, (int)place["count"]!, (int)place["ahead"]!, (string)place["machine_types"]![0]!));
        Assert.NotNull(place["expected"]);
        var told = (await _cli.RunAsync("lab", "queue")).Output;
        Assert.Contains("sue@host", told);
        Assert.Contains("2 machines of type smithi", told);
    }

    [Fact]
    public async Task History_OfAMachine_TellsItsTurns()
    {
        var turn = JsonNode.Parse((await _cli.RunAsync("lab", "history", "smithi002", "--json")).Output)!.AsArray().Single()!;
        Assert.Equal(("smithi002", "joe@host", "released"), ((string)turn["name"]!, (string)turn["locked_by"]!, (string)turn["how"]!));
        Assert.Equal(2, (await _cli.RunAsync("lab", "history")).Output.Split('\n').Count(line => line.Contains("joe@host")));
        var wrong = await _cli.RunAsync("lab", "history", "smithi003");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("there is no machine smithi003", wrong.Error);
    }

    private static ClaimRequest Want(int count, string owner) => new() { Count = count, Owner = owner, Description = "a job", MachineTypes = ["smithi"] };
}

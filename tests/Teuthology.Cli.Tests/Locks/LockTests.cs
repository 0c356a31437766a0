using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

public sealed class LockTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        await using var store = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        await store.RegisterAsync(
            [
                new NodeRecord { Name = "smithi001", MachineType = "smithi", SshPubKey = "ssh-rsa AAAA" },
                new NodeRecord { Name = "smithi002", MachineType = "smithi" },
                new NodeRecord { Name = "vpm1", MachineType = "vps" },
            ],
            default);
        await store.SetUpAsync("vpm1", up: false, default);
        await store.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "joe@host", Description = "by hand", MachineTypes = ["smithi"], Controller = null }, default);
    }

    public Task DisposeAsync()
    {
        _cli.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Summary_Nodes_IsUpstreamsTable() => Assert.Equal(
        """
        TYPE     COUNT  UP  OWNER
        smithi     1    1  (free)
        smithi     1    1  joe@host
        vps        1    0  (free)
                 ---  ---
                   3    2

        """,
        (await _cli.RunAsync("lock", "--summary")).Output);

    [Fact]
    public async Task Brief_All_IsUpstreamsLines() => Assert.Equal(
        """
        smithi001 up   locked   joe@host "by hand"
        smithi002 up   unlocked None     "None"
        vpm1      down unlocked None     "None"

        """,
        (await _cli.RunAsync("lock", "--brief", "--all")).Output);

    [Theory]
    [InlineData("", "--owner", "nobody")]
    [InlineData("", "--status", "up")]
    [InlineData("smithi001", "--owner", "joe@host")]
    [InlineData("smithi002", "-a", "-m", "smithi", "--locked", "false")]
    [InlineData("vpm1", "-a", "--status", "down")]
    [InlineData("smithi001", "-a", "--desc-pattern", "hand")]
    [InlineData("vpm1", "vpm1")]
    public async Task Brief_Filters_ChooseMachines(string names, params string[] options)
    {
        var result = await _cli.RunAsync(["lock", "--brief", .. options]);

        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), result.Lines.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task List_Machine_IsIndentedByFour() =>
        Assert.StartsWith("[\n    {\n        \"name\": \"smithi001\",\n        \"description\": \"by hand\",\n", (await _cli.RunAsync("lock", "--list", "smithi001")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task ListTargets_Machine_IsYaml() =>
        Assert.Equal("targets:\n  smithi001: ssh-rsa AAAA\n\n", (await _cli.RunAsync("lock", "--list-targets", "smithi001")).Output);

    [Fact]
    public async Task Unlock_OwnersMachine_FreesIt()
    {
        Assert.Equal(new CliResult(0, "", ""), await _cli.RunAsync("lock", "--unlock", "smithi001", "--owner", "joe@host"));
        Assert.Empty((await _cli.RunAsync("lock", "--brief", "-a", "--locked", "true")).Output);
    }

    [Theory]
    [InlineData("failed to unlock smithi001. reason: Cannot unlock - locked_by values must match (it is locked by joe@host)\n")]
    [InlineData("failed to unlock smithi001. reason: Cannot unlock - locked_by values must match (it is locked by joe@host)\nfailed to unlock smithi002. reason: Cannot unlock an already-unlocked node\n", "-f")]
    public async Task Unlock_SomebodyElses_FailsAndSaysWhose(string error, params string[] more) =>
        Assert.Equal(new CliResult(1, "", error), await _cli.RunAsync(["lock", "--unlock", "smithi001", "smithi002", "--owner", "me", .. more]));
}

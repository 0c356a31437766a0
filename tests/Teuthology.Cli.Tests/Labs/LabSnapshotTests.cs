using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>Snapshots as users and jobs make and take them.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class LabSnapshotTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync("lab", "down", "--force", "--lab", "root");
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Snapshot_OfAJob_IsWhatTheNextJobBeginsWith()
    {
        await RequireRootAsync();
        var first = _cli.Write("first.yaml", """
            roles: [[mon.a], [client.0]]
            tasks:
            - exec: {mon.a: ['sudo apt-get install -qq ceph-common'], client.0: ['echo second | sudo tee /place']}
            - lab.snapshot: prepared
            """);
        var second = _cli.Write("second.yaml", """
            roles: [[mon.b], [client.1]]
            lab: {from-snapshot: prepared}
            tasks:
            - exec: {mon.b: ['dpkg-query -s ceph-common', 'test ! -e /place'], client.1: ['grep second /place']}
            """);
        var third = _cli.Write("third.yaml", "roles: [[a], [b], [c]]\nlab: {from-snapshot: prepared}\ntasks:\n- exec: {a: ['true']}\n");

        await OkAsync("run", "--lab", "root", first);
        await OkAsync("run", "--lab", "root", second);
        var refused = await RunAsync("run", "--lab", "root", third);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"{third}:2:7: 'lab.from-snapshot': snapshot 'prepared' holds 2 machines, and 3 are to begin with it", refused.Output + refused.Error, StringComparison.Ordinal);

        var listed = JsonNode.Parse((await OkAsync("lab", "snapshots", "--json", "--lab", "root")).Output)!.AsArray();
        Assert.Equal(("prepared", true, 2), ((string)listed[0]!["name"]!, (bool)listed[0]!["usable"]!, listed[0]!["machines"]!.AsArray().Count));
        Assert.StartsWith("snapshot prepared (", (await OkAsync("lab", "gc", "--space", "0", "--lab", "root")).Output, StringComparison.Ordinal);
        Assert.Equal("[]\n", (await OkAsync("lab", "snapshots", "--json", "--lab", "root")).Output);
    }

    [SkippableFact]
    public async Task Restore_MachinesOfAPerson_BeginWithTheSnapshot()
    {
        await RequireRootAsync();
        await OkAsync("lab", "up", "--nodes", "2", "--lab", "root");
        await OkAsync("lab", "ssh", "--lab", "root", "n2", "echo kept > kept");
        Assert.StartsWith("mine: n2, ", (await OkAsync("lab", "snapshot", "mine", "n2", "--lab", "root")).Output, StringComparison.Ordinal);

        Assert.Equal("n1 begins with mine of n2\nn2 begins with mine of n2\n", (await OkAsync("lab", "restore", "mine", "n1", "n2", "--lab", "root")).Output);

        Assert.Equal("kept\n", (await OkAsync("lab", "ssh", "--lab", "root", "n1", "cat kept")).Output);
        (await RunAsync("lab", "snapshot", "mine", "--lab", "root")).AssertBadInput("there is a snapshot 'mine' already; --replace makes it anew");
        (await RunAsync("lab", "restore", "mien", "--lab", "root")).AssertBadInput("there is no snapshot 'mien'; there are mine");
        (await RunAsync("lab", "restore", "mine", "n3", "--lab", "root")).AssertBadInput("n3 is held by nobody");
        (await RunAsync("lab", "snapshots", "--remove", "mine", "--lab", "root")).AssertBadInput("machines that are up began with the snapshot 'mine'");
        Assert.Contains("mine", (await OkAsync("complete", "--", "28", "teuthology lab restore mi")).Lines);
    }

    private static async Task RequireRootAsync()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root for machines with a root of their own; run the tests as root");
        var offer = await new RootProvisioner(LabOptions.FromEnvironment(), TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no root lab: {offer.Remedy}");
    }

    private async Task<CliResult> OkAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode}: {result.Output}{result.Error}");
        return result;
    }

    private Task<CliResult> RunAsync(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        return TeuthologyProgram.RunAsync(start, TimeSpan.FromMinutes(15));
    }
}

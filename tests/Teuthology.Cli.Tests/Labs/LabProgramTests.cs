using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>The lab verbs as a user types them, one process each, on labs that really run.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class LabProgramTests : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("teuthology-cli-lab-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var kind in new[] { "loopback", "root" })
        {
            if (kind != "root" || Environment.IsPrivilegedProcess)
                await LabAsync("down", "--force", "--lab", kind);
        }

        Directory.Delete(_state, recursive: true);
    }

    [SkippableTheory]
    [InlineData("loopback", "lo1")]
    [InlineData("root", "n1")]
    public async Task Lab_FromUpToDown_DoesWhatItSays(string kind, string node)
    {
        await RequireAsync(kind);

        var up = await OkAsync("up", "--nodes", "2", "--lab", kind);
        Assert.Equal(2, up.Lines.Count);
        Assert.StartsWith($"{node} ", up.Lines[0], StringComparison.Ordinal);

        Assert.Equal([$"{node} up"], (await StatusAsync(kind)).Take(1));
        Assert.Equal($"{node}\n", (await OkAsync("ssh", "--lab", kind, node, "hostname", "-s")).Output);
        Assert.Equal(7, (await LabAsync("ssh", "--lab", kind, node, "exit 7")).ExitCode);

        await OkAsync("ssh", "--lab", kind, node, "touch", "~/left-by-the-job");
        Assert.Equal(up.Output, (await OkAsync("up", "--nodes", "2", "--lab", kind)).Output);
        await OkAsync("ssh", "--lab", kind, node, "ls", "~/left-by-the-job");

        Assert.Equal($"{node} is fresh\n", (await OkAsync("reimage", "--lab", kind, node)).Output);
        Assert.NotEqual(0, (await LabAsync("ssh", "--lab", kind, node, "ls", "~/left-by-the-job")).ExitCode);

        Assert.Equal("", (await OkAsync("gc", "--lab", kind)).Output);
        Assert.Equal(2, (await StatusAsync(kind)).Count);
        await OkAsync("down", "--lab", kind);
        Assert.Empty(await StatusAsync(kind));
    }

    [SkippableFact]
    public async Task Reimage_MachineOfAJob_IsRefused()
    {
        await RequireAsync("loopback");
        await using var store = new LeaseStore(Path.Combine(_state, "leases.db"), TimeProvider.System);
        await store.RegisterAsync([new NodeRecord { Name = "lo1", MachineType = "loopback" }], default);
        await store.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = "/archive/run/1", MachineTypes = ["loopback"] }, default);

        (await LabAsync("reimage", "--lab", "loopback", "lo1")).AssertBadInput("lo1 is held by me@here for /archive/run/1");
        var down = await OkAsync("down", "--lab", "loopback");
        Assert.Contains("Others hold machines", down.Error, StringComparison.Ordinal);
        Assert.Equal(["lo1 absent"], await StatusAsync("loopback"));
    }

    private static async Task RequireAsync(string kind)
    {
        if (kind == "root")
            Skip.IfNot(Environment.IsPrivilegedProcess, "needs root for machines with a root of their own; run the tests as root");
        var options = LabOptions.FromEnvironment() with { Kind = kind };
        IProvisioner provisioner = kind == "root" ? new RootProvisioner(options, TimeProvider.System) : new LoopbackProvisioner(options, TimeProvider.System);
        var offer = await provisioner.DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no {kind} lab: {offer.Remedy}");
    }

    private async Task<List<string>> StatusAsync(string kind)
    {
        var status = JsonNode.Parse((await OkAsync("status", "--json", "--lab", kind)).Output)!;
        Assert.Equal(kind, (string)status["kind"]!);
        return [.. status["nodes"]!.AsArray().Select(node => $"{(string)node!["name"]!} {(string)node["state"]!}")];
    }

    private async Task<CliResult> OkAsync(params string[] arguments)
    {
        var result = await LabAsync(arguments);
        Assert.True(result.ExitCode == 0, $"lab {string.Join(' ', arguments)}: {result.ExitCode}: {result.Error}");
        return result;
    }

    private Task<CliResult> LabAsync(params string[] arguments) => TeuthologyProgram.RunAsync(TeuthologyProgram.Start(_state, ["lab", .. arguments]), TimeSpan.FromMinutes(15));
}

using Snapshooter.Xunit;
using Teuthology.Lab;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary><c>lock</c> at a lock server.</summary>
public sealed class LockServerTests : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private EmptyServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync();
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("teuthology.yaml", $"lock_server: {_server.Url}\nlab_domain: lab\n");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _cli.Dispose();
    }

    // The same text comes from a real paddles, and from upstream's program: UpstreamLockTests.
    [Fact]
    public async Task Commands_InARow_SayWhatUpstreamsProgramSays() => Snapshot.Match(
        (await LockTranscript.MakeAsync(_cli, _server.Url, command => _cli.RunAsync(["lock", .. command]))).Replace($"{Environment.UserName}@{Environment.MachineName}", "me@here", StringComparison.Ordinal),
        "LockServerTests.transcript");

    [Fact]
    public async Task LockMany_Until_EndsThen()
    {
        await AddAsync(2);
        var result = await _cli.RunAsync("lock", "--lock-many", "2", "-m", "mt", "--until", "4h", "--owner", "me");

        Assert.Equal("targets:\n  n1.lab: null\n  n2.lab: null\n\n", result.Output);
        Assert.Matches(@"^n1.lab n2.lab: held until \d{4}-\d\d-\d\d \d\d:\d\d\n$", result.Error);
        var end = (await _server.Nodes.FindAsync("n1.lab", default))!.ExpiresAt!.Value;
        Assert.InRange(end, DateTimeOffset.UtcNow.AddHours(3.9), DateTimeOffset.UtcNow.AddHours(4.1));
    }

    [Fact]
    public async Task LockMany_Block_WaitsUntilEnoughAreFree()
    {
        await AddAsync(1);
        await _cli.RunAsync("lock", "--lock", "n1", "--owner", "you");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var waiting = _cli.RunAsync(["lock", "--lock-many", "1", "-m", "mt", "--block", "--owner", "me"], limit.Token);
        while ((await _server.Nodes.WaitersAsync(limit.Token)).Count == 0)
            await Task.Delay(20, limit.Token);

        await _cli.RunAsync("lock", "--unlock", "n1", "--owner", "you");

        var result = await waiting;
        Assert.Equal((0, "targets:\n  n1.lab: null\n\n"), (result.ExitCode, result.Output));
        Assert.Equal($"waiting for 1 mt machines of {_server.Url}: only 0 nodes available\n", result.Error);
    }

    [Fact]
    public async Task TargetsFile_OfSeveralDocuments_NamesTheMachines()
    {
        await AddAsync(3);
        _cli.Write("targets.yaml", "targets:\n  ubuntu@n1.lab: key\n---\ntargets: {n3: null}\n");

        Assert.Equal(new CliResult(0, "", ""), await _cli.RunAsync("lock", "--lock", "-t", "targets.yaml", "--owner", "me"));

        Assert.Equal(["n1.lab", "n3.lab"], (await _server.Nodes.ListAsync(default)).Where(node => node.Locked).Select(node => node.Name));
    }

    [Fact]
    public async Task JsonQuery_File_IsReadAsTheText()
    {
        await AddAsync(2);
        await _cli.RunAsync("lock", "--update", "--status", "down", "n2");
        _cli.Write("query.json", """{"up": false}""");

        Assert.StartsWith("n2.lab down", (await _cli.RunAsync("lock", "--brief", "-a", "--json-query", "query.json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerOption_Local_GoesPastTheConfiguredServer()
    {
        await AddAsync(1);
        Directory.CreateDirectory(_cli.State);
        await using (var store = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System))
            await store.RegisterAsync([new NodeRecord { Name = "here", MachineType = "mt" }], default);

        Assert.Equal("here up   unlocked None \"None\"\n", (await _cli.RunAsync("lock", "--brief", "-a", "--server", "local")).Output);
    }

    [Theory]
    [InlineData("exactly one of --list, --brief, --list-targets, --summary, --lock, --lock-many, --unlock and --update must be given", "n1")]
    [InlineData("exactly one of", "--lock", "--unlock", "n1")]
    [InlineData("-f is only supported by --lock and --unlock", "--list", "-f")]
    [InlineData("machines cannot be specified with that operation", "--summary", "n1")]
    [InlineData("--lock requires specific machines passed as arguments", "--lock")]
    [InlineData("machines must be specified for that operation", "--update", "--desc", "d")]
    [InlineData("you must specify description or status to update", "--update", "n1")]
    [InlineData("only description and status may be updated", "--update", "n1", "--desc", "d", "--owner", "me")]
    [InlineData("--all can only be used with --list, --list-targets, and --brief", "--summary", "-a")]
    [InlineData("--all and --owner are mutually exclusive", "--list", "-a", "--owner", "me")]
    [InlineData("--all and listing specific machines are incompatible", "--list", "-a", "n1")]
    [InlineData("--desc does nothing with --list/--brief", "--brief", "--desc", "d")]
    [InlineData("must specify machine type to lock", "--lock-many", "1")]
    [InlineData("0 is not positive", "--lock-many", "0", "-m", "mt")]
    [InlineData("--until goes with --lock and --lock-many", "--list", "--until", "4h")]
    [InlineData("--block goes with --lock-many", "--lock", "n1", "--block")]
    [InlineData("--until soon: a time is", "--lock", "n1", "--until", "soon")]
    [InlineData("--json-query x{: neither a file nor JSON", "--list", "-a", "--json-query", "x{")]
    [InlineData("none.yaml", "--lock", "-t", "none.yaml")]
    [InlineData("'nonsense' is no address of a lock server", "--list", "--server", "nonsense")]
    public async Task BadLine_OfEveryKind_IsOneClearError(string message, params string[] options)
    {
        await AddAsync(1);
        var result = await _cli.RunAsync(["lock", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private async Task AddAsync(int count)
    {
        for (var i = 1; i <= count; i++)
            await _server.Nodes.CreateAsync(new NodeRecord { Name = $"n{i}.lab", MachineType = "mt" }, default);
    }
}

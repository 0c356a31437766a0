using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

public sealed class NodeCleanupTests : IAsyncLifetime
{
    private static readonly string[] Descriptions = ["/archive/run/1", "/archive/run/2", "/archive/run/3", "/archive/run/9", "by hand", "/archive/run/"];
    private readonly Cli _cli = new();
    private EmptyServer _server = null!;

    public async Task InitializeAsync()
    {
        // n1's job passed an hour ago, n2's a moment ago, n3's runs, n4's nobody knows; n5 is a person's.
        var before = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1));
        var results = await ResultsStore.OpenAsync(_cli.State, before, default);
        await results.SaveJobAsync("run", "1", new JsonObject { ["status"] = "pass" }, default);
        await results.SaveJobAsync("run", "3", new JsonObject { ["status"] = "running" }, default);
        before.SetUtcNow(DateTimeOffset.UtcNow);
        await results.SaveJobAsync("run", "2", new JsonObject { ["status"] = "dead" }, default);
        _server = await EmptyServer.StartAsync(results: results);
        await using var local = new LeaseStore(Path.Combine(_cli.State, "leases.db"), TimeProvider.System);
        foreach (var store in new[] { local, _server.Nodes })
        {
            for (var i = 0; i < Descriptions.Length; i++)
            {
                var name = $"n{i + 1}";
                await store.CreateAsync(new NodeRecord { Name = name, MachineType = i % 2 == 0 ? "odd" : "even" }, default);
                var directory = new StoreDirectory(store); // to dispose it would close the store
                await directory.LockAsync(name, new LockTerms { Owner = "joe@host", Description = Descriptions[i] }, default);
            }
        }
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _cli.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NodeCleanup_JobThatEndedLongAgo_FreesItsMachineOnly(bool local)
    {
        string[] where = ["--server", local ? "local" : _server.Url];
        var dry = await _cli.RunAsync(["node-cleanup", "--dry-run", "-v", .. where]);
        Assert.Equal(new CliResult(0, "Would attempt to unlock:\nn1\t/archive/run/1\n", "Total locked nodes: 6\n"), dry);

        Assert.Equal(new CliResult(0, "unlocked: n1\nunlocked 1 nodes\n", ""), await _cli.RunAsync(["node-cleanup", .. where]));

        var free = await _cli.RunAsync(["lock", "--brief", "-a", "--locked", "false", .. where]);
        Assert.Equal("n1 up   unlocked None \"/archive/run/1\"\n", free.Output);
        Assert.Equal(new CliResult(0, "", "Total locked nodes: 5\nNo stale nodes found.\n"), await _cli.RunAsync(["node-cleanup", "-v", .. where]));
    }

    [Theory]
    [InlineData("--owner", "somebody@else")]
    [InlineData("-m", "even")]
    public async Task NodeCleanup_OfOtherMachines_FreesNone(params string[] options) =>
        Assert.Equal(new CliResult(0, "", ""), await _cli.RunAsync(["node-cleanup", "--server", _server.Url, .. options]));

    [Fact]
    public async Task NodeCleanup_Links_LeadToTheResultsPages()
    {
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write("site.yaml", $"lock_server: {_server.Url}\nresults_server: {_server.Url}\narchive_base: /archive\nresults_ui_server: http://pulpito/\n");

        Assert.Contains("n1\thttp://pulpito/run/1\n", (await _cli.RunAsync("node-cleanup", "--dry-run")).Output, StringComparison.Ordinal);
    }
}

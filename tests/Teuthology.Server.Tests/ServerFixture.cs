using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

/// <summary>A real server on a port of loopback, over stores of its own.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public const string Run = "me-2026-11-22_10:00:00-rbd-main-distro-default-root";
    private readonly string _state = Directory.CreateTempSubdirectory("teuthology-server-").FullName;
    private ResultsServer _server = null!;
    private LeaseStore _nodes = null!;

    public HttpClient Http { get; private set; } = null!;

    public string Log => Path.Combine(_state, "archive", "teuthology.log");

    public async Task InitializeAsync()
    {
        var results = await ResultsStore.OpenAsync(_state, TimeProvider.System, default);
        _nodes = new LeaseStore(Path.Combine(_state, "leases.db"), TimeProvider.System);
        await _nodes.RegisterAsync(
            Enumerable.Range(1, 3).Select(i => new NodeRecord { Name = $"n{i}", MachineType = "root", Arch = "x86_64", OsType = "debian", OsVersion = "12" }), default);
        await _nodes.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = "by hand", MachineTypes = ["root"] }, default);

        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        await File.WriteAllTextAsync(Log, "2026-11-22T10:00:00.000 INFO:teuthology.run:pass\n");
        await results.SaveJobAsync(Run, "1", new JsonObject { ["status"] = "pass", ["description"] = "rbd/{a}", ["archive_path"] = Path.GetDirectoryName(Log) }, default);
        await results.SaveJobAsync(Run, "2", new JsonObject { ["status"] = "fail", ["failure_reason"] = "<script>alert(1)</script>", ["duration"] = 3.2 }, default);
        await results.SaveJobAsync("empty-handed", "1", new JsonObject { ["status"] = "queued" }, default);

        _server = await ResultsServer.StartAsync(new ServerOptions { Listen = "http://127.0.0.1:0", ArchiveRoots = [_state] }, results, _nodes, null, default);
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Address };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await _nodes.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_state, recursive: true);
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}

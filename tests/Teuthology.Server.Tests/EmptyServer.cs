using Microsoft.Data.Sqlite;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

/// <summary>A real server on a port of loopback that knows nothing yet.</summary>
public sealed class EmptyServer : IAsyncDisposable
{
    private readonly string _state;
    private readonly ResultsServer _server;

    private EmptyServer(string state, ResultsServer server, LeaseStore nodes, ResultsStore results)
    {
        (_state, _server, Nodes, Results) = (state, server, nodes, results);
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
    }

    public HttpClient Http { get; }

    public LeaseStore Nodes { get; }

    public ResultsStore Results { get; }

    public string Url => _server.Address.ToString();

    public static async Task<EmptyServer> StartAsync(bool testing = false, ResultsStore? results = null, string? place = null, bool resultsToo = false, Func<ServerOptions, ServerOptions>? settings = null)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-server-").FullName;
        results ??= await ResultsStore.OpenAtAsync(resultsToo && place is not null ? place : Path.Combine(state, ResultsStore.FileName), TimeProvider.System, default);
        var nodes = new LeaseStore(place ?? Path.Combine(state, "leases.db"), TimeProvider.System);
        var server = await ResultsServer.StartAsync((settings ?? (options => options))(new ServerOptions { Listen = "http://127.0.0.1:0", Testing = testing }), results, nodes, null, default);
        return new EmptyServer(state, server, nodes, results);
    }

    /// <summary>A client of it, as the tools use.</summary>
    public ServerDirectory Client(int tries = 1) => new(new HttpClient(), Url, new ServerPatience { Tries = tries, FirstPause = TimeSpan.FromMilliseconds(20) });

    public async Task<(int Status, string Body)> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await Nodes.DisposeAsync();
        await Results.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_state, recursive: true);
    }
}

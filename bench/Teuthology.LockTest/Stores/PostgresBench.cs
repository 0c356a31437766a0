using Teuthology.Testing;

namespace Teuthology.LockTest;

/// <summary>A PostgreSQL server of the test's own, as a site of several hosts has it; each client reaches it by a link of its own that can be cut.</summary>
internal sealed class PostgresBench : IStoreBench
{
    private readonly PostgresServer _server;
    private readonly ClientClocks _clocks;
    private readonly ClientLinks _links;

    private PostgresBench(PostgresServer server, string address, string directory, int clients)
    {
        (_server, Address) = (server, address);
        (_clocks, _links) = (new ClientClocks(directory, clients), new ClientLinks(server.Port, clients));
    }

    public string Address { get; }

    public string Clock => "the server's";

    public TimeProvider Time => _clocks.True;

    /// <summary>Sets it up.</summary>
    public static async Task<IStoreBench> StartAsync(string directory, int clients)
    {
        // What was answered must outlive a crash of the server; of the machine it need not here.
        var server = await PostgresServer.StartAsync();
        return new PostgresBench(server, $"{await server.CreateDatabaseAsync()};Timeout=3;Command Timeout=5", directory, clients);
    }

    public string AddressFor(int slot) => $"{_server.ConnectionString(_server.LastDatabase, _links.PortOf(slot))};Timeout=3;Command Timeout=5;Maximum Pool Size=4";

    public string ClockFileFor(int slot) => _clocks.FileOf(slot);

    public IReadOnlyList<Fault> Faults(HistoryWriter history) =>
    [
        _clocks.Jump(history),
        .. _links.Faults(history),
        new("restart-server", 0, 600, async choice =>
        {
            await _server.StopAsync(crash: choice.Random.Next(2) == 0);
            await choice.PauseAsync();
            await _server.StartAgainAsync();
        }),
        new("end-connections", 0, 1, _ => _server.CutAsync()),
    ];

    public async ValueTask DisposeAsync()
    {
        await _links.DisposeAsync();
        _clocks.Dispose();
        await _server.DisposeAsync();
    }
}

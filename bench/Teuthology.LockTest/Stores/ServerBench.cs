using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary><c>teuthology server</c> on a SQLite file, killed and started again; each client reaches it by a link of its own that can be cut.</summary>
internal sealed class ServerBench : IStoreBench
{
    private readonly string _directory;
    private readonly int _port;
    private readonly ClientClocks _clocks;
    private readonly ClientLinks _links;
    private Process? _server;

    private ServerBench(string directory, int port, int clients)
    {
        (_directory, _port) = (directory, port);
        (_clocks, _links) = (new ClientClocks(directory, clients), new ClientLinks(port, clients));
    }

    public string Address => StorePlace.OfHost(_directory);

    public string Clock => "the kernel's monotonic one";

    // As the server has it.
    public TimeProvider Time => TimeProvider.System;

    /// <exception cref="HistoryException">The command line is not built, or the server does not start.</exception>
    public static async Task<IStoreBench> StartAsync(string directory, int clients)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var bench = new ServerBench(directory, port, clients);
        await bench.BeginAsync();
        return bench;
    }

    public string AddressFor(int slot) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_links.PortOf(slot)}/");

    public string ClockFileFor(int slot) => _clocks.FileOf(slot);

    public IReadOnlyList<Fault> Faults(HistoryWriter history) =>
    [
        _clocks.Jump(history),
        .. _links.Faults(history),
        new("restart-server", 0, 600, async choice =>
        {
            await KillAsync();
            await choice.PauseAsync();
            await BeginAsync();
        }),
    ];

    public async ValueTask DisposeAsync()
    {
        await _links.DisposeAsync();
        _clocks.Dispose();
        await KillAsync();
    }

    private async Task BeginAsync()
    {
        var program = OwnProgram.Beside("Teuthology.Cli", "teuthology") ?? throw new HistoryException("the command line is not built: dotnet build src/Teuthology.Cli");
        var start = new ProcessStartInfo(program, ["server", "--listen", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = _directory,
        };
        start.Environment["TEUTHOLOGY_STATE"] = _directory;
        start.Environment["TEUTHOLOGY_STORE"] = Address;
        start.Environment["HOME"] = _directory;
        _server = Process.Start(start)!;
        if (await _server.StandardOutput.ReadLineAsync() is not { } line || !line.StartsWith("listening", StringComparison.Ordinal))
            throw new HistoryException("teuthology server did not start");
    }

    private async Task KillAsync()
    {
        if (_server is not { } server)
            return;
        _server = null;
        server.Kill();
        await server.WaitForExitAsync();
        server.Dispose();
    }
}

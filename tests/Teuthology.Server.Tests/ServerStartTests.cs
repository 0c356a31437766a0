using System.Net;
using System.Net.Sockets;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

public sealed class ServerStartTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:8080/path")]
    [InlineData("http://some.host.name:8080")]
    public async Task Start_BadAddress_IsBadInput(string listen) =>
        await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(listen));

    [Fact]
    public async Task Start_TakenPort_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var listen = $"http://{taken.LocalEndpoint}";

        var failure = await Assert.ThrowsAsync<TeuthologyException>(() => StartAsync(listen));
        Assert.Equal(FailureKind.Infrastructure, failure.Kind);
        Assert.Contains(listen, failure.Message, StringComparison.Ordinal);
    }

    private static async Task StartAsync(string listen)
    {
        var state = Directory.CreateTempSubdirectory("teuthology-server-").FullName;
        try
        {
            var results = await ResultsStore.OpenAsync(state, TimeProvider.System, default);
            await using var nodes = new LeaseStore(Path.Combine(state, "leases.db"), TimeProvider.System);
            await using var server = await ResultsServer.StartAsync(new ServerOptions { Listen = listen }, results, nodes, null, default);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

/// <summary>Calls that take long, and the end of a server that is at work.</summary>
public sealed class ServerLifeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-life-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Answer_ThatTakesTooLong_Is503AndTheServerGoesOn()
    {
        await using var server = await EmptyServer.StartAsync(settings: options => options with { Patience = TimeSpan.FromMilliseconds(300) });
        await server.Nodes.RegisterAsync([new NodeRecord { Name = "n1", MachineType = "mt" }], default);
        var (status, body) = await server.SendAsync(
            "POST", "/nodes/lock_many/", """{"count": 2, "locked_by": "me", "machine_type": "mt", "description": null, "wait_seconds": 60}""");

        Assert.Equal(503, status);
        Assert.Contains("too long", (string)JsonNode.Parse(body)!["message"]!, StringComparison.Ordinal);
        Assert.Empty(await server.Nodes.WaitersAsync(default));
        Assert.Equal(200, (await server.SendAsync("GET", "/health/live")).Status);
    }

    [Fact]
    public async Task Stop_WhileRequestsAreInHand_AnswersThemAndTakesNoMore()
    {
        const int Writers = 8;
        await using var results = await ResultsStore.OpenAtAsync(Path.Combine(_directory, "results.db"), TimeProvider.System, default);
        await using var nodes = new LeaseStore(Path.Combine(_directory, "leases.db"), TimeProvider.System);
        var options = new ServerOptions { Listen = "http://127.0.0.1:0", Farewell = TimeSpan.FromMinutes(2) };
        var server = await ResultsServer.StartAsync(options, results, nodes, null, default);
        var address = server.Address;

        // Each has sent the half of its body when the server is told to stop.
        var writers = new List<TcpClient>();
        var stopping = Task.CompletedTask;
        try
        {
            for (var i = 1; i <= Writers; i++)
            {
                var body = $$"""{"job_id": "{{i}}", "status": "queued"}""";
                var writer = new TcpClient();
                writers.Add(writer);
                await writer.ConnectAsync(address.Host, address.Port);
                await writer.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /runs/r/jobs/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n"));
                Assert.StartsWith("HTTP/1.1 100", await LineAsync(writer), StringComparison.Ordinal);
                await LineAsync(writer);
            }

            stopping = server.DisposeAsync().AsTask();
            await RefusedAsync(address);
            Assert.False(stopping.IsCompleted);
            for (var i = 1; i <= Writers; i++)
            {
                await writers[i - 1].GetStream().WriteAsync(Encoding.ASCII.GetBytes($$"""{"job_id": "{{i}}", "status": "queued"}"""));
                Assert.StartsWith("HTTP/1.1 200", await LineAsync(writers[i - 1]), StringComparison.Ordinal);
            }
        }
        finally
        {
            writers.ForEach(writer => writer.Dispose());
            await stopping;
        }

        Assert.Equal(Writers, (await results.JobsAsync("r", default)).Count);
    }

    private static async Task<string> LineAsync(TcpClient client)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await client.GetStream().ReadAsync(one) == 1 && one[0] != '\n')
            line.Append((char)one[0]);
        return line.ToString().TrimEnd('\r');
    }

    private static async Task RefusedAsync(Uri address)
    {
        for (; ;)
        {
            try
            {
                using var next = new TcpClient();
                await next.ConnectAsync(IPAddress.Loopback, address.Port);
                await Task.Delay(20);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}

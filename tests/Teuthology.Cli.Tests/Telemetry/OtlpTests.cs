using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>What the program sends to an OpenTelemetry collector, by OTLP over HTTP.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OtlpTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(TeuthologyProgram.Start(_cli.State, "lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Run_WithACollector_SendsSpansAndMeasuresOfTheJob()
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var bodies = new ConcurrentQueue<(string Path, string Type, string Body)>();
        var receiving = ReceiveAsync(listener, bodies);
        var job = _cli.Write("job.yaml", "roles: [[a.0]]\ntasks:\n- sequential:\n  - print: hello\n- exec: {a.0: ['exit 3']}\n");

        var start = TeuthologyProgram.Start(_cli.State, "run", job, "--lab", "loopback", "--name", "told", "--description", "otlp/{job}");
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}";
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_SERVICE_NAME"] = "my-lab";
        var result = await TeuthologyProgram.RunAsync(start);
        listener.Stop();
        await receiving;

        Assert.True(result.ExitCode == 1, result.Error); // of the exec
        var spans = string.Concat(bodies.Where(b => b.Path == "/v1/traces").Select(b => b.Body));
        Assert.All(["my-lab", "job otlp/{job}", "task sequential", "task print", "tasks[0].sequential[0]", "unwind sequential", "task exec", "lo1> ", "exit 3"], text => Assert.Contains(text, spans, StringComparison.Ordinal));
        var measures = string.Concat(bodies.Where(b => b.Path == "/v1/metrics").Select(b => b.Body));
        Assert.All(["teuthology.job.duration", "teuthology.task.duration", "my-lab"], text => Assert.Contains(text, measures, StringComparison.Ordinal));
        Assert.All(bodies, body => Assert.Equal("application/x-protobuf", body.Type));
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    // Protobuf holds texts as they are.
    private static async Task ReceiveAsync(HttpListener listener, ConcurrentQueue<(string Path, string Type, string Body)> bodies)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                bodies.Enqueue((context.Request.Url!.AbsolutePath, context.Request.ContentType!, Encoding.UTF8.GetString(body.ToArray())));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test has stopped it.
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>A collector of OTLP over HTTP that reads spans as opentelemetry-proto's trace.proto has them.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly Task _serving;

    public OtlpReceiver()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            if (context.Request.Url!.AbsolutePath == "/v1/traces")
                Read(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    // ExportTraceServiceRequest: resource_spans 1 { scope_spans 2 { scope 1 { name 1 }, spans 2 { trace_id 1, span_id 2, parent_span_id 4, name 5 } } }
    private void Read(byte[] request)
    {
        foreach (var scope in All(request, 1).SelectMany(resource => All(resource, 2)))
        {
            var name = All(scope, 1).SelectMany(about => All(about, 1)).Select(Encoding.UTF8.GetString).SingleOrDefault("");
            foreach (var span in All(scope, 2))
                _spans.Enqueue(new OtlpSpan(name, Id(span, 1), Id(span, 2), Id(span, 4), Encoding.UTF8.GetString(All(span, 5).Single())));
        }
    }

    private static string Id(byte[] span, int field) => All(span, field).Select(Convert.ToHexStringLower).SingleOrDefault("");

    /// <summary>Every length-delimited value of a field (protobuf.dev, "Encoding").</summary>
    private static List<byte[]> All(byte[] message, int field)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    if (tag >> 3 == (ulong)field)
                        found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }
        }

        return found;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }
    }
}

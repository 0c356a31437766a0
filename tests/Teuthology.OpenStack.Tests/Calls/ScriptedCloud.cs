using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.OpenStack.Tests.Calls;

/// <summary>A small HTTP server that is Keystone, Nova, Glance, Cinder and Neutron at once, and answers as a test says: also late, wrongly, or not at all.</summary>
internal sealed class ScriptedCloud : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ScriptedCall> _calls = new();
    private readonly Lock _one = new();
    private readonly Task _serving;
    private int _tokens;

    public ScriptedCloud(Func<ScriptedCall, ScriptedAnswer?> script)
    {
        Script = script;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _serving = ServeAsync();
    }

    /// <summary>Answers a call; null for 404.</summary>
    public Func<ScriptedCall, ScriptedAnswer?> Script { get; set; }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>How long tokens last.</summary>
    public Func<DateTimeOffset> Expiry { get; set; } = () => DateTimeOffset.UtcNow.AddHours(1);

    /// <summary>How many tokens it gave.</summary>
    public int Tokens => _tokens;

    /// <summary>The calls that were no Keystone's and asked for no version.</summary>
    public IReadOnlyList<ScriptedCall> Calls => [.. _calls];

    /// <summary>A cloud that asks it.</summary>
    public OpenStackCloud Open(OpenStackOptions? options = null) => OpenStackCloud.Open(
        new OpenStackCredentials { AuthUrl = new Uri($"{Address}/v3"), Username = "u", Password = "p", ProjectName = "x" },
        options ?? Fast);

    /// <summary>Hardly any pauses.</summary>
    public static OpenStackOptions Fast { get; } = new() { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromSeconds(2), CallTimeout = TimeSpan.FromMinutes(2) };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            for (; ;)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the end of the test
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        using var connection = client;
        try
        {
            if (await ScriptedCall.ReadAsync(client.GetStream(), stop) is not { } call)
                return;
            ScriptedAnswer? answer;
            lock (_one)
            {
                answer = Own(call);
                if (answer is null)
                {
                    _calls.Enqueue(call);
                    answer = Script(call) ?? new ScriptedAnswer(404, """{"itemNotFound": {"message": "nothing here", "code": 404}}""");
                }
            }

            if (answer.Status == ScriptedAnswer.Never.Status)
                await Task.Delay(Timeout.Infinite, stop);
            if (answer.Status == ScriptedAnswer.Lost.Status)
            {
                client.Client.Close(0); // a reset
                return;
            }

            var body = Encoding.UTF8.GetBytes(answer.Body);
            var head = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\nContent-Type: application/json\r\nx-openstack-request-id: req-scripted\r\nConnection: close\r\n");
            foreach (var (name, value) in answer.Headers)
                head.Append($"{name}: {value}\r\n");
            if (answer.Status != 204)
                head.Append($"Content-Length: {body.Length}\r\n");
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{head}\r\n"), stop);
            await client.GetStream().WriteAsync(body, stop);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the client is gone, or the test is over
        }
    }

    private ScriptedAnswer? Own(ScriptedCall call) => (call.Method, call.Path) switch
    {
        ("POST", "/v3/auth/tokens") => new ScriptedAnswer(201, $$$"""
            {"token": {"expires_at": "{{{Expiry():yyyy-MM-ddTHH:mm:ss.ffffffZ}}}", "user": {"id": "u1", "name": "u"}, "project": {"id": "p1", "name": "x"}, "roles": [],
             "catalog": [{"type": "compute", "name": "nova", "endpoints": [{"interface": "public", "region_id": "R", "region": "R", "url": "{{{Address}}}/compute"}]},
                         {"type": "image", "name": "glance", "endpoints": [{"interface": "public", "region_id": "R", "region": "R", "url": "{{{Address}}}/image"}]},
                         {"type": "volumev3", "name": "cinder", "endpoints": [{"interface": "public", "region_id": "R", "region": "R", "url": "{{{Address}}}/volume/v3/p1"}]}]}}
            """, ("X-Subject-Token", $"token{Interlocked.Increment(ref _tokens)}")),
        ("GET", "/compute/v2.1/") => new ScriptedAnswer(200, """{"version": {"id": "v2.1", "version": "2.53", "min_version": "2.1"}}"""),
        ("GET", "/volume/v3/") => new ScriptedAnswer(200, """{"versions": [{"id": "v3.0", "version": "3.70", "min_version": "3.0"}]}"""),
        _ => null,
    };
}

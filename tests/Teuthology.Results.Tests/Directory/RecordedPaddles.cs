using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Results.Tests;

/// <summary>Answers as a real paddles did, by the numbers of its recording, in the order that a test expects.</summary>
internal sealed class RecordedPaddles : HttpMessageHandler
{
    public const string Url = "http://127.0.0.1:8090/";
    private readonly Queue<Exchange> _expected;

    public RecordedPaddles(params int[] expected)
    {
        var all = JsonSerializer.Deserialize<Exchange[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Directory", "paddles.json")), JsonSerializerOptions.Web)!;
        _expected = new(expected.Select(seq => all.Single(exchange => exchange.Seq == seq)));
    }

    /// <summary>What was sent, in order.</summary>
    public List<JsonNode?> Sent { get; } = [];

    /// <summary>Whether every expected call came.</summary>
    public bool Done => _expected.Count == 0;

    public ServerResults Client() => new(new HttpClient(this), Url, new ServerPatience { Tries = 1 });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var next = _expected.Dequeue();
        Assert.Equal((next.Method, next.Path), (request.Method.Method, Uri.UnescapeDataString(request.RequestUri!.PathAndQuery)));
        Sent.Add(request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken)));
        return new HttpResponseMessage((HttpStatusCode)next.Status)
        {
            Content = next.Answer is null
                ? new StringContent("<html>", Encoding.UTF8, "text/html")
                : new StringContent(next.Answer.ToJsonString(), Encoding.UTF8, "application/json"),
        };
    }

    private sealed record Exchange(int Seq, string Method, string Path, int Status, JsonNode? Answer);
}

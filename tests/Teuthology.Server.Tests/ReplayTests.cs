using System.Text.Json.Nodes;
using Teuthology.Testing;

namespace Teuthology.Server.Tests;

/// <summary>What a real paddles answered on /nodes/, asked of ours again in the same order.</summary>
public sealed class ReplayTests
{
    // Where paddles' answer is a defect: an error page of its own failure, a redirect that costs a turn, a machine locked for nobody.
    private static readonly Dictionary<int, (int Status, string? Message)> OurAnswers = new()
    {
        [2] = (200, null),
        [33] = (200, null),
        [27] = (400, "could not decode JSON body"),
        [29] = (400, "vm_host: there is no node nohost"),
        [31] = (200, null),
        [36] = (400, "Cannot lock without specifying locked_by"),
        [37] = (200, null),
        [48] = (400, "could not decode JSON body"),
        [49] = (400, "up must be true or false, not \"banana\""),
        [50] = (400, "arch must have at most 16 characters"),
        [52] = (403, "Cannot lock an already-locked node"),
        [53] = (403, "Cannot unlock - locked_by values must match"),
        [54] = (400, "Cannot lock without specifying locked_by"),
        [59] = (400, "could not decode JSON body"),
        [60] = (400, "locked must be true or false, not \"yes\""),
        [79] = (400, "must pass these fields: count, locked_by, machine_type, description"),
        [80] = (400, "could not decode JSON body"),
        [81] = (400, "must pass these fields: count, locked_by, machine_type, description"),
        [83] = (400, "count must be a whole number"),
        [110] = (400, "locked must be 1, 0, true or false"),
        [118] = (200, null),
        [126] = (400, "since_days must be an integer"),
    };

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Probes_OddRequests_AreAnsweredAsByPaddles(bool postgres)
    {
        await using var server = await EmptyServer.StartAsync(place: postgres ? await SharedPostgres.PlaceAsync() : null);
        var wrong = new List<string>();
        foreach (var exchange in Exchange.Read("raw-nodes.json"))
        {
            var (status, body) = await server.SendAsync(exchange.Method, exchange.Path, exchange.Sent);
            var answer = body.Length == 0 ? null : JsonNode.Parse(body);
            if (OurAnswers.TryGetValue(exchange.Seq, out var ours))
                Compare(exchange, (ours.Status, ours.Message), (status, ours.Message is null ? null : (string?)answer!["message"]), wrong);
            else if (exchange.Seq is >= 105 and <= 122)
                Compare(exchange, (exchange.Status, Named(exchange.Answer)), (status, Named(answer)), wrong);
            else
                Compare(exchange, (exchange.Status, Exchange.Plain(exchange.Answer)), (status, Exchange.Plain(answer)), wrong);
            if (exchange.Seq == 31)
                await server.SendAsync("DELETE", "/nodes/nslash/");
            if (exchange.Seq == 36)
                await server.SendAsync("POST", "/nodes/", """{"name": "n2", "machine_type": "mt", "up": true, "locked": true, "locked_by": "nobody"}""");
            if (exchange.Seq == 161)
                break;
        }

        Assert.Empty(wrong);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TeuthologyLock_ItsRequests_AreAnsweredAsByPaddles(bool postgres)
    {
        await using var server = await EmptyServer.StartAsync(place: postgres ? await SharedPostgres.PlaceAsync() : null);
        var wrong = new List<string>();
        foreach (var exchange in Exchange.Read("lock.json"))
        {
            var (status, body) = await server.SendAsync(exchange.Method, exchange.Path, exchange.Sent);
            if (exchange.Seq == 31)
            {
                // Of two types paddles takes the one that its database happens to have first.
                Assert.Equal("gibba001.front.sepia.ceph.com", (string)JsonNode.Parse(body)![0]!["name"]!);
                await server.SendAsync("PUT", "/nodes/gibba001.front.sepia.ceph.com/lock/", """{"locked": false, "locked_by": "multi@host", "description": null}""");
                await server.SendAsync("PUT", "/nodes/smithi007.front.sepia.ceph.com/lock/", """{"locked": true, "locked_by": "multi@host", "description": null}""");
                continue;
            }

            Compare(exchange, (exchange.Status, Exchange.Plain(exchange.Answer)), (status, Exchange.Plain(JsonNode.Parse(body))), wrong);
        }

        Assert.Empty(wrong);
    }

    // n2 is locked by nobody at paddles, which ours refuses.
    private static string? Named(JsonNode? answer) => answer is JsonArray list
        ? string.Join(' ', list.Select(node => (string)node!["name"]!).Order(StringComparer.Ordinal))
        : answer?.ToJsonString();

    private static void Compare(Exchange exchange, (int Status, string? Body) expected, (int Status, string? Body) actual, List<string> wrong)
    {
        if (expected != actual)
            wrong.Add($"{exchange.Seq} {exchange.Method} {exchange.Path} {exchange.Sent}: expected {expected}, got {actual}");
    }
}

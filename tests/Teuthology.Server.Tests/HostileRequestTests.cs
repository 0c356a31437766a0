using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>Requests that are malformed, or meant ill: they are refused, and leave nothing behind.</summary>
public sealed class HostileRequestTests
{
    private const int Requests = 5000;
    private const string Markup = "<script>alert('x')</script><img src=x onerror=alert(1)>";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "BREW"];

    private static readonly string[] Paths =
    [
        "/nodes/", "/nodes/n1/", "/nodes/n1/lock/", "/nodes/lock_many/", "/nodes/unlock_many/", "/nodes/heartbeat/", "/runs/", "/runs/good/", "/runs/good/jobs/", "/runs/good/jobs/1/",
        "/jobs/", "/queue/", "/queue/stats/", "/queue/queued_jobs/", "/queue/pop_queue", "/runs/branch/", "/runs/date/", "/audit/", "/archive/good/1/", "/health", "/api", "/openapi.json", "/__reset", "/ui/runs/good",
    ];

    private static readonly string[] BadValues =
    [
        "null", "[]", "{}", "[[[]]]", "1e400", "-1e400", "99999999999999999999999999", "0.1", "true", "\"\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"x\\udc00\"", "\"banana\"",
        "\"../../../etc/passwd\"", "\"; DROP TABLE runs; --\"", "\"" + new string('x', 5000) + "\"", "{\"$ne\": 1}", "\"<script>alert(1)</script>\"", "NaN", "Infinity", "\"%s%n\"", "\"2026-13-45 99:99:99\"",
    ];

    private static readonly string[] Keys =
    [
        "name", "job_id", "status", "success", "priority", "duration", "targets", "timestamp", "updated", "machine_type", "locked", "locked_by", "description", "count", "names", "up", "vm_host", "queue",
        "pause_duration", "paused_until", "fence", "lease_seconds", "wait_seconds", "os_version", "sha1", "roles", "archive_path", "process", "is_vm", "ticket",
    ];

    private static readonly string[] Tricks =
    [
        "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..;/", "%00", "a%00b", "%ff%fe", "%c0%ae%c0%ae/", "a%0d%0aSet-Cookie:x", new string('a', 3000), "%", "%zz", "..\\..\\x", "con", "'\"<>", "%3Cscript%3E", "~root", "a/../../b", "%2525",
    ];

    private static readonly string[] BadQueries =
    [
        "count=-1", "count=99999999999999999999", "count=x", "page=-5", "page=1e9", "fields=__class__,id", "fields=%00", "since=junk", "posted_after=%27", "locked=banana", "since_days=-3", "status=%3Cb%3E", "machine_type=%7C%7C%7C", "count=0&count=1", "sha1=%25", "description=%ff",
    ];

    [Fact]
    public async Task Requests_MalformedOrHostile_AreRefusedAndChangeNothing()
    {
        await using var server = await EmptyServer.StartAsync();
        await server.SendAsync("POST", "/nodes/", """{"name": "n1", "machine_type": "mt", "up": true, "locked": true, "locked_by": "me", "description": "mine"}""");
        await server.SendAsync("POST", "/runs/good/jobs/", """{"job_id": "1", "status": "running", "description": "kept", "sha1": "abc"}""");
        var random = new Random(20261123);
        var wrong = new List<string>();
        var statuses = new Dictionary<int, int>();
        for (var i = 0; i < Requests; i++)
        {
            var (method, path, body) = Draw(random);
            var status = await SendRawAsync(server, method, path, body);
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            if (status is >= 500 and not 503 or 0)
                wrong.Add($"{i} {method} {path} {Encoding.Latin1.GetString(body)[..Math.Min(body.Length, 200)]} → {status}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        Assert.True(statuses.Where(entry => entry.Key is >= 400 and < 500).Sum(entry => entry.Value) > Requests / 2, string.Join(' ', statuses));

        var node = JsonNode.Parse((await server.SendAsync("GET", "/nodes/n1/")).Body)!;
        Assert.Equal(("me", "mine"), ((string)node["locked_by"]!, (string)node["description"]!));
        var job = JsonNode.Parse((await server.SendAsync("GET", "/runs/good/jobs/1/")).Body)!;
        Assert.Equal(("running", "kept", "abc"), ((string)job["status"]!, (string)job["description"]!, (string)job["sha1"]!));
        Assert.Equal(200, (await server.SendAsync("GET", "/health")).Status);
    }

    [Fact]
    public async Task Texts_WithMarkup_AreNowhereRenderedAsMarkup()
    {
        await using var server = await EmptyServer.StartAsync();
        var told = new JsonObject { ["job_id"] = "1", ["status"] = "fail", ["failure_reason"] = Markup, ["description"] = Markup, ["owner"] = Markup, ["user"] = Markup, ["branch"] = Markup, [Markup] = Markup };
        Assert.Equal(200, (await server.SendAsync("POST", $"/runs/{Uri.EscapeDataString("r" + Markup)}/jobs/", told.ToJsonString())).Status);
        await server.SendAsync("POST", "/nodes/", new JsonObject { ["name"] = "n" + Markup, ["description"] = Markup, ["machine_type"] = "mt" }.ToJsonString());
        var run = Uri.EscapeDataString("r" + Markup);

        foreach (var path in new[] { "/ui/runs", $"/ui/runs/{run}", $"/ui/runs/{run}/jobs/1", "/ui/nodes", "/ui/failures", $"/runs/{run}/", "/nodes/", $"/runs/{run}/jobs/1/", "/audit/", "/metrics", $"/runs/{run}x/" })
        {
            var (status, body) = await server.SendAsync("GET", path);
            Assert.True(status is 200 or 404, $"{path}: {status}");
            Assert.DoesNotContain("<script>alert", body, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Body_LargerThanAllowed_IsRefused()
    {
        await using var server = await EmptyServer.StartAsync(settings: options => options with { LargestBody = 10_000 });

        Assert.Equal(413, (await server.SendAsync("POST", "/runs/r/jobs/", $$"""{"description": "{{new string('x', 20_000)}}"}""")).Status);
        Assert.Equal(413, (await server.SendAsync("POST", "/nodes/", $$"""{"name": "{{new string('x', 20_000)}}"}""")).Status);
        Assert.Equal(404, (await server.SendAsync("GET", "/runs/r/")).Status);
    }

    [Fact]
    public async Task Archive_TricksWithPathsAndLinks_NeverLeaveIt()
    {
        var top = Directory.CreateTempSubdirectory("teuthology-archive-").FullName;
        try
        {
            var archive = Directory.CreateDirectory(Path.Combine(top, "base", "r", "1")).FullName;
            Directory.CreateDirectory(Path.Combine(archive, "remote"));
            await File.WriteAllTextAsync(Path.Combine(archive, "teuthology.log"), "the log");
            await File.WriteAllTextAsync(Path.Combine(archive, "remote", "page.html"), Markup);
            await File.WriteAllTextAsync(Path.Combine(top, "secret"), "secret");
            File.CreateSymbolicLink(Path.Combine(archive, "out"), Path.Combine(top, "secret"));
            File.CreateSymbolicLink(Path.Combine(archive, "in"), "teuthology.log");
            Directory.CreateSymbolicLink(Path.Combine(archive, "up"), "../../..");
            await using var server = await EmptyServer.StartAsync(settings: options => options with { ArchiveRoots = [Path.Combine(top, "base")] });
            await server.SendAsync("POST", "/runs/r/jobs/", new JsonObject { ["job_id"] = "1", ["archive_path"] = archive }.ToJsonString());
            await server.SendAsync("POST", "/runs/r/jobs/", new JsonObject { ["job_id"] = "2", ["archive_path"] = top }.ToJsonString());
            await server.SendAsync("POST", "/runs/r/jobs/", new JsonObject { ["job_id"] = "3", ["archive_path"] = Path.Combine(archive, "up") }.ToJsonString());

            Assert.Equal((200, "the log"), await server.SendAsync("GET", "/archive/r/1/teuthology.log"));
            Assert.Equal((200, "the log"), await server.SendAsync("GET", "/archive/r/1/in"));
            var list = JsonNode.Parse((await server.SendAsync("GET", "/archive/r/1/")).Body)!["entries"]!.AsArray();
            Assert.Equal(["remote", "teuthology.log"], list.Select(entry => (string)entry!["name"]!));
            using var page = await server.Http.GetAsync("/archive/r/1/remote/page.html");
            Assert.Equal("text/plain", page.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
            foreach (var path in new[]
            {
                "/archive/r/1/out", "/archive/r/1/up/secret", "/archive/r/1/up", "/archive/r/1/..%2f..%2f..%2fsecret", "/archive/r/1/%2e%2e/%2e%2e/secret", "/archive/r/1//etc/passwd",
                "/archive/r/1/remote/..%2f..%2f..%2f..%2fsecret", "/archive/r/2/secret", "/archive/r/2/", "/archive/r/3/secret", "/archive/r/3/", "/archive/r/9/", "/archive/r/1/teuthology.log/", "/archive/../secret",
            })
            {
                var (status, body) = await server.SendAsync("GET", path);
                Assert.True(status is 404 or 400 || (status == 200 && body == "the log"), $"{path}: {status}");
                Assert.DoesNotContain("secret", body.Replace(path, "", StringComparison.Ordinal), StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    private static (string Method, string Path, byte[] Body) Draw(Random random)
    {
        var method = Of(random, Methods);
        var path = Of(random, Paths);
        switch (random.Next(8))
        {
            case 0:
                return (method, path + Of(random, Tricks), Body(random));
            case 1:
                return (Of(random, "GET", "HEAD", "DELETE"), path + Of(random, Tricks) + "/", []);
            case 2:
                return ("GET", $"{path}?{Of(random, BadQueries)}&{Of(random, BadQueries)}", []);
            case 3:
                return (Of(random, "POST", "PUT"), path, Garbage(random));
            default:
                // What goes to the job and the machine that must not change is never well-formed.
                return (Of(random, "POST", "PUT", "PUT"), path, path.Contains("good", StringComparison.Ordinal) || path.Contains("n1", StringComparison.Ordinal) ? Faulty(random) : Body(random));
        }
    }

    private static byte[] Body(Random random)
    {
        var entries = Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"\"{Of(random, Keys)}\": {Of(random, BadValues)}");
        return Encoding.UTF8.GetBytes("{" + string.Join(", ", entries) + "}");
    }

    private static byte[] Faulty(Random random) => random.Next(3) switch
    {
        0 => Garbage(random),
        1 => Encoding.UTF8.GetBytes("""{"status": "nonsense", "description": "changed", "locked": 7}"""),
        _ => Encoding.UTF8.GetBytes("""{"priority": [1], "up": "no", "description": "changed"}"""),
    };

    private static byte[] Garbage(Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                var bytes = new byte[random.Next(1, 400)];
                random.NextBytes(bytes);
                return bytes;
            case 1:
                return Encoding.UTF8.GetBytes(new string('[', 20_000));
            case 2:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 3000)) + "1" + new string('}', 3000));
            case 3:
                return [.. "{\"description\": \""u8, 0xff, 0xfe, 0xc0, 0xae, .. "\"}"u8];
            case 4:
                return Encoding.UTF8.GetBytes("""{"status": "pass", "status": "fail"}""");
            default:
                return Encoding.UTF8.GetBytes("{\"status\": \"pa");
        }
    }

    private static string Of(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    // As it is: a client of .NET would put the path right.
    private static async Task<int> SendRawAsync(EmptyServer server, string method, string path, byte[] body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Url).Port);
        await using var stream = client.GetStream();
        var head = Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n");
        try
        {
            await stream.WriteAsync((byte[])[.. head, .. body]);
        }
        catch (IOException)
        {
            // The server has said no before all was sent; its answer is there.
        }

        var answer = new byte[16];
        var count = 0;
        try
        {
            count = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false);
        }
        catch (IOException) when (body.Length > 1000)
        {
            return 400; // cut while it was still sending
        }

        return count < 12 ? 0 : int.Parse(Encoding.ASCII.GetString(answer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }
}

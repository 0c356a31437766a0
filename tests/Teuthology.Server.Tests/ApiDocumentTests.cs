using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server.Tests;

/// <summary>What the server tells of itself to programs: its calls, and its figures.</summary>
public sealed class ApiDocumentTests : IDisposable
{
    // Told with others: a property of runs is one line of the document; errors are where upstream's server answers what it refuses.
    private static readonly string[] Properties = ["branch", "date", "machine_type", "status", "suite", "sha1", "user", "flavors"];
    private static readonly string[] Words = ["string", "integer", "number", "boolean", "array", "object"];

    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-api-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Document_OfTheCalls_HasEachRouteAndNoOther()
    {
        await using var results = await ResultsStore.OpenAtAsync(Path.Combine(_directory, "results.db"), TimeProvider.System, default);
        await using var nodes = new LeaseStore(Path.Combine(_directory, "leases.db"), TimeProvider.System);
        await using var server = await ResultsServer.StartAsync(new ServerOptions { Listen = "http://127.0.0.1:0" }, results, nodes, null, default);
        using var http = new HttpClient { BaseAddress = server.Address };
        var document = JsonNode.Parse(await http.GetStringAsync("/openapi.json"))!["paths"]!.AsObject();
        var told = document.SelectMany(path => path.Value!.AsObject().Select(method => (Method: method.Key.ToUpperInvariant(), Path: Plain(path.Key)))).ToHashSet();
        var routes = server.Routes.Select(route => route.Split(' ', 2)).Select(route => (Method: route[0], Path: Plain(route[1]))).ToHashSet();

        Assert.All(told, call => Assert.True(routes.Contains(call) || routes.Contains(("*", call.Path)), $"{call} is told of, and is no route"));
        var paths = told.Select(call => call.Path).ToHashSet();
        var api = routes.Where(route => !Regex.IsMatch(route.Path, "^(/ui(/|$)|/errors/|[{]|$)")).ToList();
        Assert.All(api, route => Assert.True(paths.Contains(route.Path), $"{route} is a route, and nobody is told of it"));

        // What changes something is told of by its method.
        Assert.All(api.Where(route => route.Method is "PUT" or "POST" or "DELETE" && !Reading.Contains(route)), route => Assert.True(told.Contains(route), $"{route} is a route, and nobody is told of it"));
        foreach (var key in document.SelectMany(path => path.Value!.AsObject()).SelectMany(call => Schemas(call.Value!)))
            Assert.Contains((string)key["type"]!, Words);
    }

    [SkippableFact]
    public async Task Metrics_ReadByPrometheusOwnParser_AreWhatHappened()
    {
        var python = await PythonAsync();
        await using var server = await EmptyServer.StartAsync();
        await server.SendAsync("POST", "/nodes/", """{"name": "n1", "machine_type": "a\"b\\c", "up": true}""");
        await server.SendAsync("POST", "/runs/r/jobs/", """{"status": "queued"}""");
        await server.SendAsync("GET", "/nowhere");
        var text = (await server.SendAsync("GET", "/metrics")).Body;

        var start = new ProcessStartInfo(python, ["-c", Reader]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var reader = Process.Start(start)!;
        await reader.StandardInput.WriteAsync(text);
        reader.StandardInput.Close();
        var error = reader.StandardError.ReadToEndAsync();
        var read = await reader.StandardOutput.ReadToEndAsync();
        await reader.WaitForExitAsync();

        Assert.True(reader.ExitCode == 0, await error + text);
        var families = JsonNode.Parse(read)!;
        Assert.Equal("histogram", (string)families["teuthology_http_request_seconds"]!["type"]!);
        var node = families["teuthology_nodes"]!["samples"]!.AsArray().Single()!;
        Assert.Equal(("a\"b\\c", 1.0), ((string)node["labels"]!["machine_type"]!, (double)node["value"]!));
        var jobs = families["teuthology_jobs"]!["samples"]!.AsArray();
        Assert.Equal(1.0, jobs.Where(job => (string)job!["labels"]!["status"]! == "queued").Sum(job => (double)job!["value"]!));

        // Buckets grow, and the last one is the count.
        foreach (var series in families["teuthology_http_request_seconds"]!["samples"]!.AsArray().GroupBy(one => $"{one!["labels"]!["method"]} {one["labels"]!["route"]} {one["labels"]!["status"]}"))
        {
            var buckets = series.Where(one => ((string)one!["name"]!).EndsWith("_bucket", StringComparison.Ordinal)).Select(one => (double)one!["value"]!).ToList();
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(buckets[^1], (double)series.Single(one => ((string)one!["name"]!).EndsWith("_count", StringComparison.Ordinal))!["value"]!);
        }
    }

    private const string Reader = """
        import json, sys
        from prometheus_client.parser import text_string_to_metric_families
        families = {}
        for family in text_string_to_metric_families(sys.stdin.read()):
            assert family.name not in families, family.name
            families[family.name] = {"type": family.type, "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in family.samples]}
        print(json.dumps(families))
        """;

    // Methods that a path does not know read it, as with upstream's server.
    private static readonly HashSet<(string Method, string Path)> Reading =
    [
        ("PUT", "/nodes"), ("DELETE", "/nodes"), ("POST", "/nodes/{}"), ("PUT", "/runs"), ("DELETE", "/runs"), ("PUT", "/runs/{}"), ("POST", "/runs/{}"),
        ("PUT", "/runs/{}/jobs"), ("DELETE", "/runs/{}/jobs"), ("POST", "/runs/{}/jobs/{}"), ("DELETE", "/queue"),
    ];

    private static IEnumerable<JsonNode> Schemas(JsonNode call) =>
        call["parameters"]!.AsArray().Select(parameter => parameter!["schema"]!)
            .Concat(call["requestBody"]?["content"]?["application/json"]?["schema"]?["properties"]?.AsObject().Select(key => key.Value!) ?? []);

    private static string Plain(string path)
    {
        var plain = Regex.Replace(path, "[{][^}]*[}]+", "{}").TrimEnd('/');
        foreach (var property in Properties)
        {
            if (plain == $"/runs/{property}/{{}}")
                return "/runs/{}/{}";
        }

        return plain is "/runs/date/from/{}/to/{}" ? "/runs/{}/{}" : plain;
    }

    private static async Task<string> PythonAsync()
    {
        const string Python = "/usr/bin/python3";
        if (!await HasAsync() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
            await RunAsync("apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "python3-prometheus-client");
        Skip.IfNot(await HasAsync(), "Prometheus' parser is not on this host: sudo apt-get install python3-prometheus-client");
        return Python;

        static async Task<bool> HasAsync() => File.Exists(Python) && await RunAsync(Python, "-c", "import prometheus_client.parser") == 0;
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

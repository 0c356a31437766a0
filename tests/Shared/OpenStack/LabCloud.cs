using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Teuthology.Testing.OpenStack;

/// <summary>
/// A small cloud that speaks OpenStack's APIs as far as clusters need them, on loopback: Keystone 3, Nova 2.90, Glance 2, Cinder 3, Neutron 2.
/// Its servers are whatever <see cref="ICloudMachines"/> starts, real machines of the embedded lab for one.
/// </summary>
public sealed partial class LabCloud : IAsyncDisposable
{
    /// <summary>The project that everything belongs to.</summary>
    public const string Project = "00000000000000000000000000000abc";

    /// <summary>The only availability zone.</summary>
    public const string Zone = "east";

    /// <summary>The only type of volumes.</summary>
    public const string VolumeType = "fast";

    /// <summary>Every floating address: nobody answers there.</summary>
    public const string FloatingAddress = "127.0.0.251";

    private readonly ConcurrentDictionary<(string Method, string Path), CloudGate> _gates = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _work = [];
    private readonly ICloudMachines _machines;
    private readonly WebApplication _web;

    private readonly string? _hubUrl;

    private LabCloud(ICloudMachines machines, Socket? hub)
    {
        _machines = machines;
        _hubUrl = hub is null ? null : $"http://{hub.LocalEndPoint}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (hub is null)
                kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            else
                kestrel.ListenHandle((ulong)hub.SafeHandle.DangerousGetHandle(), listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _web = builder.Build();
        _web.Use(PassAsync);
        MapIdentity();
        MapCompute();
        MapServerParts();
        MapImages();
        MapVolumes();
        MapNetworks();
        Flavor("1", "m1.tiny", 1, 512, 1);
        Flavor("2", "m1.small", 1, 2048, 20);
        Flavor("3", "m1.medium", 2, 4096, 40);
        Flavor("4", "m1.large", 4, 8192, 80);
        Flavor("5", "m1.xlarge", 8, 16384, 160);
        Images.Add("img-debian", new JsonObject { ["name"] = "Debian 12", ["status"] = "active", ["visibility"] = "public", ["tags"] = new JsonArray(), ["disk_format"] = "qcow2", ["min_disk"] = 0, ["min_ram"] = 0, ["size"] = 1, ["created_at"] = Now(), ["updated_at"] = Now() });
        Networks.Add("net-lab", new JsonObject { ["name"] = "lab", ["status"] = "ACTIVE", ["router:external"] = false, ["shared"] = true, ["admin_state_up"] = true, ["tags"] = new JsonArray(), ["subnets"] = new JsonArray("sub-lab") });
        Networks.Add("net-outside", new JsonObject { ["name"] = "outside", ["status"] = "ACTIVE", ["router:external"] = true, ["shared"] = true, ["admin_state_up"] = true, ["tags"] = new JsonArray(), ["subnets"] = new JsonArray() });
    }

    public CloudThings Servers { get; } = new("server");

    public CloudThings Flavors { get; } = new("flavor");

    public CloudThings KeyPairs { get; } = new("keypair");

    public CloudThings Volumes { get; } = new("volume");

    public CloudThings Images { get; } = new("image");

    public CloudThings Networks { get; } = new("network");

    public CloudThings Ports { get; } = new("port");

    public CloudThings SecurityGroups { get; } = new("security group");

    public CloudThings Rules { get; } = new("security group rule");

    public CloudThings FloatingIps { get; } = new("floating ip");

    /// <summary>How many servers the project may have.</summary>
    public int MaxServers { get; set; } = 10;

    /// <summary>How many volumes the project may have.</summary>
    public int MaxVolumes { get; set; } = 10;

    /// <summary>Whether the project may not rebuild servers.</summary>
    public bool RefusesRebuilds { get; set; }

    /// <summary>Where Keystone is: <c>OS_AUTH_URL</c>.</summary>
    public string AuthUrl => $"{Url}/identity/v3";

    /// <summary>Every call so far: <c>POST /compute/v2.1/servers</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    private string Url => _hubUrl ?? _web.Urls.First();

    /// <summary>Everything that somebody made and nobody removed, a line each.</summary>
    public IReadOnlyList<string> Left =>
    [
        .. from things in new[] { Servers, KeyPairs, Volumes, Ports, SecurityGroups, FloatingIps }
           from thing in things.All
           select $"{things.Kind} {thing["name"] ?? thing["id"]}",
        .. Images.All.Where(image => (string)image["id"]! != "img-debian").Select(image => $"image {image["name"]}"),
    ];

    /// <summary>Variables that lead a client here.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OS_AUTH_URL"] = AuthUrl,
        ["OS_USERNAME"] = "demo",
        ["OS_PASSWORD"] = "secret",
        ["OS_PROJECT_NAME"] = "demo",
        ["OS_USER_DOMAIN_NAME"] = "Default",
        ["OS_PROJECT_DOMAIN_NAME"] = "Default",
        ["OS_REGION_NAME"] = "RegionOne",
    };

    /// <summary>Opens the cloud.</summary>
    /// <param name="machines">What stands behind its servers.</param>
    /// <param name="hub">Socket that it listens at, bound already; null for one on loopback.</param>
    public static async Task<LabCloud> StartAsync(ICloudMachines machines, Socket? hub = null)
    {
        var cloud = new LabCloud(machines, hub);
        await cloud._web.StartAsync();

        // The server closes it.
        hub?.SafeHandle.SetHandleAsInvalid();
        return cloud;
    }

    /// <summary>Stops the next call of a method whose path ends so; <c>*</c> stands for an id.</summary>
    /// <param name="method">The method.</param>
    /// <param name="pathEnd">The end of the path.</param>
    /// <param name="after">Whether the call is done, and only its answer waits.</param>
    public CloudGate Hold(string method, string pathEnd, bool after) => _gates[(method, pathEnd)] = new CloudGate(after);

    public async ValueTask DisposeAsync()
    {
        foreach (var gate in _gates.Values)
            gate.Open();
        await _stop.CancelAsync();
        await _web.StopAsync();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var server in Servers.All)
            await _machines.StopAsync((string)server["id"]!);
        await _web.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Sends Nova an order of a server that was deleted by hand, or any other change from outside.</summary>
    /// <param name="server">Its name.</param>
    public Task RemoveServerAsync(string server) => DeleteAsync(Servers.All.Single(s => (string?)s["name"] == server));

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string NewId() => Guid.NewGuid().ToString();

    private static IResult Missing(string what) => TypedResults.Json(new JsonObject { ["itemNotFound"] = new JsonObject { ["code"] = 404, ["message"] = $"{what} could not be found." } }, statusCode: 404);

    private static IResult Json(JsonNode body, int status = 200) => TypedResults.Json(body, statusCode: status);

    private static IResult Status(int status) => TypedResults.StatusCode(status);

    private static JsonArray Shown(IEnumerable<JsonObject> things) => [.. things.Select(CloudThings.Shown)];

    private static async Task<JsonObject> BodyAsync(HttpRequest request) => (JsonObject)(await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted))!;

    // Filters and pages as the APIs have them: `limit` and `marker`, any other parameter is compared where the thing has such a field.
    private static IEnumerable<JsonObject> Listed(CloudThings things, HttpRequest request)
    {
        var found = things.All.Where(thing => request.Query.All(q => Fits(thing, q.Key, q.Value.ToString())));
        if (request.Query["marker"].ToString() is { Length: > 0 } marker)
            found = found.SkipWhile(thing => (string?)thing["id"] != marker).Skip(1);
        return int.TryParse(request.Query["limit"], CultureInfo.InvariantCulture, out var limit) ? found.Take(limit) : found;
    }

    private static bool Fits(JsonObject thing, string key, string value)
    {
        lock (thing)
        {
            return key switch
            {
                "limit" or "marker" or "all_tenants" or "sort_key" or "sort_dir" or "fields" or "project_id" or "tenant_id" => true,
                "tags" or "tag" => value.Split(',').All(tag => thing["tags"] is JsonArray tags && tags.Any(t => (string?)t == tag)),
                "tags-any" => value.Split(',').Any(tag => thing["tags"] is JsonArray tags && tags.Any(t => (string?)t == tag)),
                "name" when value.StartsWith('^') => Regex.IsMatch((string?)thing["name"] ?? "", value, RegexOptions.None, TimeSpan.FromSeconds(1)),
                _ => thing[key] is not { } field || field.ToString() == value,
            };
        }
    }

    private void Flavor(string id, string name, int cpus, int ram, int disk) => Flavors.Add(id, new JsonObject
    {
        ["name"] = name, ["vcpus"] = cpus, ["ram"] = ram, ["disk"] = disk, ["swap"] = 0, ["OS-FLV-EXT-DATA:ephemeral"] = 0, ["os-flavor-access:is_public"] = true, ["rxtx_factor"] = 1.0, ["extra_specs"] = new JsonObject(),
    });

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        _calls.Enqueue($"{context.Request.Method} {path}");
        context.Response.Headers["x-openstack-request-id"] = $"req-{NewId()}";
        var gates = _gates.Where(g => g.Key.Method == context.Request.Method
            && (g.Key.Path.EndsWith('*') ? path.Contains(g.Key.Path[..^1], StringComparison.Ordinal) : path.EndsWith(g.Key.Path, StringComparison.Ordinal))).Select(g => g.Value).ToList();
        foreach (var gate in gates.Where(g => !g.After))
            await gate.PassAsync(_stop.Token);
        if (gates.TrueForAll(g => !g.After))
        {
            await next(context);
            return;
        }

        var answer = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = answer;
        foreach (var gate in gates.Where(g => g.After))
            await gate.PassAsync(_stop.Token);
        await answer.WriteAsync(kept.ToArray(), _stop.Token);
    }

    private void MapIdentity()
    {
        _web.MapGet("/identity", () => Json(new JsonObject { ["versions"] = new JsonObject { ["values"] = new JsonArray(Version("v3.14", "/identity/v3/")) } }, 300));
        _web.MapGet("/identity/v3", () => Json(new JsonObject { ["version"] = Version("v3.14", "/identity/v3/") }));
        _web.MapPost("/identity/v3/auth/tokens", async (HttpRequest request, HttpResponse response) =>
        {
            var identity = (await BodyAsync(request))["auth"]!["identity"]!;
            if (identity["password"] is { } password && (string?)password["user"]!["password"] != "secret")
                return Json(new JsonObject { ["error"] = new JsonObject { ["code"] = 401, ["title"] = "Unauthorized", ["message"] = "The request you have made requires authentication." } }, 401);
            response.Headers["X-Subject-Token"] = $"token-{NewId()}";
            return Json(new JsonObject
            {
                ["token"] = new JsonObject
                {
                    ["methods"] = new JsonArray("password"),
                    ["user"] = new JsonObject { ["id"] = "u1", ["name"] = "demo", ["domain"] = new JsonObject { ["id"] = "default", ["name"] = "Default" } },
                    ["project"] = new JsonObject { ["id"] = Project, ["name"] = "demo", ["domain"] = new JsonObject { ["id"] = "default", ["name"] = "Default" } },
                    ["roles"] = new JsonArray(new JsonObject { ["id"] = "r1", ["name"] = "member" }),
                    ["issued_at"] = Now(),
                    ["expires_at"] = DateTimeOffset.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'.000000Z'", CultureInfo.InvariantCulture),
                    ["catalog"] = new JsonArray(
                        Service("identity", "keystone", "/identity"),
                        Service("compute", "nova", "/compute/v2.1"),
                        Service("image", "glance", "/image"),
                        Service("volumev3", "cinderv3", $"/volume/v3/{Project}"),
                        Service("network", "neutron", "/network")),
                },
            }, 201);
        });
    }

    private JsonObject Service(string type, string name, string path) => new()
    {
        ["type"] = type,
        ["name"] = name,
        ["id"] = $"svc-{name}",
        ["endpoints"] = new JsonArray([.. new[] { "public", "internal", "admin" }.Select(i => (JsonNode)new JsonObject { ["id"] = $"{name}-{i}", ["interface"] = i, ["region"] = "RegionOne", ["region_id"] = "RegionOne", ["url"] = Url + path })]),
    };

    private JsonObject Version(string id, string path, string newest = "", string oldest = "") => new()
    {
        ["id"] = id, ["status"] = "CURRENT", ["version"] = newest, ["max_version"] = newest, ["min_version"] = oldest, ["updated"] = "2026-01-01T00:00:00Z",
        ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = Url + path }),
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Teuthology.Testing.OpenStack;

/// <summary>Nova: flavours, key pairs, limits, servers.</summary>
public sealed partial class LabCloud
{
    private const string Nova = "/compute/v2.1";

    private void MapCompute()
    {
        _web.MapGet("/compute", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v2.1", "/compute/v2.1/", "2.90", "2.1")) }));
        _web.MapGet(Nova, () => Json(new JsonObject { ["version"] = Version("v2.1", "/compute/v2.1/", "2.90", "2.1") }));
        foreach (var path in (string[])["flavors", "flavors/detail"])
            _web.MapGet($"{Nova}/{path}", (HttpRequest request) => Json(new JsonObject { ["flavors"] = Shown(Listed(Flavors, request)) }));
        _web.MapGet($"{Nova}/limits", () => Json(Limits()));
        _web.MapGet($"{Nova}/os-quota-sets/{{project}}/detail", () => Json(Quota()));
        _web.MapGet($"{Nova}/os-quota-sets/{{project}}", () => Json(Quota()));

        _web.MapGet($"{Nova}/os-keypairs", () => Json(new JsonObject { ["keypairs"] = new JsonArray([.. Shown(KeyPairs.All).Select(pair => (JsonNode)new JsonObject { ["keypair"] = pair!.DeepClone() })]) }));
        _web.MapPost($"{Nova}/os-keypairs", async (HttpRequest request) =>
        {
            var asked = (JsonObject)(await BodyAsync(request))["keypair"]!;
            var name = (string)asked["name"]!;
            if (KeyPairs.Find(name) is not null)
                return Json(new JsonObject { ["conflictingRequest"] = new JsonObject { ["code"] = 409, ["message"] = $"Key pair '{name}' already exists." } }, 409);
            var pair = KeyPairs.Add(name, new JsonObject { ["id"] = name, ["name"] = name, ["type"] = "ssh", ["public_key"] = (string?)asked["public_key"] ?? "ssh-ed25519 AAAA made", ["fingerprint"] = "aa:bb", ["created_at"] = Now() });
            return Json(new JsonObject { ["keypair"] = CloudThings.Shown(pair) }, 201);
        });
        _web.MapGet($"{Nova}/os-keypairs/{{name}}", (string name) => KeyPairs.Find(name) is { } pair ? Json(new JsonObject { ["keypair"] = CloudThings.Shown(pair) }) : Missing($"Keypair {name}"));
        _web.MapDelete($"{Nova}/os-keypairs/{{name}}", (string name) => KeyPairs.Remove(name) ? Status(202) : Missing($"Keypair {name}"));

        foreach (var path in (string[])["servers", "servers/detail"])
            _web.MapGet($"{Nova}/{path}", (HttpRequest request) => Json(new JsonObject { ["servers"] = Shown(Listed(Servers, request)) }));
        _web.MapPost($"{Nova}/servers", async (HttpRequest request) => Create((JsonObject)(await BodyAsync(request))["server"]!));
        _web.MapGet($"{Nova}/servers/{{id}}", (string id) => Servers.Find(id) is { } server ? Json(new JsonObject { ["server"] = CloudThings.Shown(server) }) : Missing($"Instance {id}"));
        _web.MapPut($"{Nova}/servers/{{id}}", async (string id, HttpRequest request) =>
        {
            if (Servers.Find(id) is not { } server)
                return Missing($"Instance {id}");
            var body = await BodyAsync(request);
            lock (server)
                server["name"] = (string?)body["server"]!["name"];
            return Json(new JsonObject { ["server"] = CloudThings.Shown(server) });
        });
        _web.MapDelete($"{Nova}/servers/{{id}}", (string id) =>
        {
            if (Servers.Find(id) is not { } server)
                return Missing($"Instance {id}");
            _work.Add(DeleteAsync(server));
            return Status(204);
        });
    }

    private IResult Create(JsonObject asked)
    {
        if (Servers.Count >= MaxServers)
            return Json(new JsonObject { ["forbidden"] = new JsonObject { ["code"] = 403, ["message"] = $"Quota exceeded for instances: Requested 1, but already used {Servers.Count} of {MaxServers} instances" } }, 403);
        var id = NewId();
        var key = (string?)asked["key_name"];
        if (ObstacleTo(asked) is { } obstacle)
            return Refused(obstacle);
        var flavor = Flavors.Find((string)asked["flavorRef"]!)!;
        var server = Servers.Add(id, new JsonObject
        {
            ["name"] = (string)asked["name"]!,
            ["status"] = "BUILD",
            ["tenant_id"] = Project,
            ["created"] = Now(),
            ["updated"] = Now(),
            ["key_name"] = key,
            ["flavor"] = new JsonObject { ["original_name"] = (string)flavor["name"]!, ["vcpus"] = (int)flavor["vcpus"]!, ["ram"] = (int)flavor["ram"]!, ["disk"] = (int)flavor["disk"]! },
            ["image"] = new JsonObject { ["id"] = (string?)asked["imageRef"] },
            ["metadata"] = asked["metadata"]?.DeepClone() ?? new JsonObject(),
            ["tags"] = asked["tags"]?.DeepClone() ?? new JsonArray(),
            ["addresses"] = new JsonObject(),
            ["security_groups"] = asked["security_groups"]?.DeepClone() ?? new JsonArray(),
            ["os-extended-volumes:volumes_attached"] = new JsonArray(),
            ["OS-EXT-STS:task_state"] = "spawning",
            ["OS-EXT-STS:vm_state"] = "building",
            ["OS-EXT-STS:power_state"] = 0,
            ["OS-EXT-AZ:availability_zone"] = (string?)asked["availability_zone"] ?? Zone,
            ["_networks"] = asked["networks"]!.DeepClone(),
            ["_user_data"] = (string?)asked["user_data"],
        });
        _work.Add(BuildAsync(server));
        return Json(new JsonObject { ["server"] = new JsonObject { ["id"] = id, ["links"] = new JsonArray(), ["security_groups"] = new JsonArray() } }, 202);
    }

    // As Nova tells it, of what it looks at before a server has an id.
    private string? ObstacleTo(JsonObject asked)
    {
        if ((string?)asked["key_name"] is { } key && KeyPairs.Find(key) is null)
            return "Invalid key_name provided.";
        if (Flavors.Find((string)asked["flavorRef"]!) is null)
            return $"Flavor {asked["flavorRef"]} could not be found.";
        if (Images.Find((string)asked["imageRef"]!) is not { } image || (string?)image["status"] != "active")
            return $"Image {asked["imageRef"]} is not active or could not be found.";
        foreach (var group in asked["security_groups"]?.AsArray().Select(g => (string)g!["name"]!) ?? [])
        {
            if (group != "default" && SecurityGroups.All.All(g => (string?)g["name"] != group))
                return $"Security group {group} not found.";
        }

        if (asked["networks"] is null)
            return "Invalid input for field/attribute server. 'networks' is a required property";
        foreach (var network in asked["networks"] as JsonArray ?? [])
        {
            if (Networks.Find((string?)network!["uuid"] ?? "") is not { } there)
                return $"Network {network["uuid"]} could not be found.";
            if ((bool)there["router:external"]!)
                return $"It is not allowed to create an interface on external network {network["uuid"]}";
        }

        if ((string?)asked["availability_zone"] is { } zone && zone != Zone)
            return "The requested availability zone is not available";
        return ObstacleIn(asked);
    }

    private static string? ObstacleIn(JsonObject asked)
    {
        if ((string?)asked["user_data"] is { } data && (data.Length > 65535 || !Convert.TryFromBase64String(data, new byte[data.Length], out _)))
            return "Invalid input for field/attribute user_data.";
        return asked["metadata"] is JsonObject metadata && metadata.Any(m => m.Key.Length is 0 or > 255 || ((string)m.Value!).Length > 255) ? "Invalid input for field/attribute metadata." : null;
    }

    private static IResult Refused(string message) => Json(new JsonObject { ["badRequest"] = new JsonObject { ["code"] = 400, ["message"] = message } }, 400);

    private static IResult Conflict(string message) => Json(new JsonObject { ["conflictingRequest"] = new JsonObject { ["code"] = 409, ["message"] = message } }, 409);

    private async Task BuildAsync(JsonObject server)
    {
        var id = (string)server["id"]!;
        try
        {
            var address = await _machines.StartAsync(id, (string)server["name"]!, _stop.Token);
            if (Ports.Find($"port-{id}") is null && Servers.Find(id) is not null)
                Ports.Add($"port-{id}", new JsonObject { ["name"] = "", ["device_id"] = id, ["device_owner"] = "compute:nova", ["network_id"] = "net-lab", ["status"] = "ACTIVE", ["tags"] = new JsonArray(), ["fixed_ips"] = new JsonArray(new JsonObject { ["subnet_id"] = "sub-lab", ["ip_address"] = address }) });
            lock (server)
            {
                server["addresses"] = new JsonObject { ["lab"] = new JsonArray(new JsonObject { ["addr"] = address, ["version"] = 4, ["OS-EXT-IPS:type"] = "fixed", ["OS-EXT-IPS-MAC:mac_addr"] = "fa:16:3e:00:00:01" }) };
                (server["status"], server["OS-EXT-STS:task_state"], server["OS-EXT-STS:vm_state"], server["OS-EXT-STS:power_state"]) = ("ACTIVE", null, "active", 1);
            }

            var key = (string?)server["key_name"] is { } name ? (string?)KeyPairs.Find(name)?["public_key"] : null;
            await _machines.BootAsync(id, key, UserDataOf(server), _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            lock (server)
            {
                (server["status"], server["OS-EXT-STS:task_state"], server["OS-EXT-STS:vm_state"]) = ("ERROR", null, "error");
                server["fault"] = new JsonObject { ["code"] = 500, ["created"] = Now(), ["message"] = e.Message };
            }
        }
    }

    private async Task DeleteAsync(JsonObject server)
    {
        var id = (string)server["id"]!;
        lock (server)
            server["OS-EXT-STS:task_state"] = "deleting";
        await _machines.StopAsync(id);
        foreach (var volume in Volumes.All.Where(v => v["attachments"]!.AsArray().Any(a => (string?)a!["server_id"] == id)))
        {
            lock (volume)
                (volume["status"], volume["attachments"]) = ("available", new JsonArray());
        }

        Ports.Remove($"port-{id}");
        Servers.Remove(id);
    }

    // A cloud-config in JSON, as ours are.
    private static JsonObject? UserDataOf(JsonObject server)
    {
        if ((string?)server["_user_data"] is not { } data)
            return null;
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(data));
        return text.StartsWith("#cloud-config\n", StringComparison.Ordinal) ? (JsonObject)JsonNode.Parse(text[text.IndexOf('\n', StringComparison.Ordinal)..])! : null;
    }

    private JsonObject Limits()
    {
        var flavors = Servers.All.Select(server => server["flavor"]!).ToList();
        return new JsonObject
        {
            ["limits"] = new JsonObject
            {
                ["rate"] = new JsonArray(),
                ["absolute"] = new JsonObject
                {
                    ["maxTotalInstances"] = MaxServers, ["totalInstancesUsed"] = Servers.Count,
                    ["maxTotalCores"] = 100, ["totalCoresUsed"] = flavors.Sum(f => (int)f["vcpus"]!),
                    ["maxTotalRAMSize"] = 200_000, ["totalRAMUsed"] = flavors.Sum(f => (int)f["ram"]!),
                    ["maxTotalKeypairs"] = 100, ["maxServerMeta"] = 128, ["maxServerGroups"] = 10, ["totalServerGroupsUsed"] = 0, ["maxServerGroupMembers"] = 10,
                },
            },
        };
    }

    private JsonObject Quota() => new()
    {
        ["quota_set"] = new JsonObject
        {
            ["id"] = Project,
            ["instances"] = new JsonObject { ["limit"] = MaxServers, ["in_use"] = Servers.Count, ["reserved"] = 0 },
            ["cores"] = new JsonObject { ["limit"] = 100, ["in_use"] = Servers.All.Sum(s => (int)s["flavor"]!["vcpus"]!), ["reserved"] = 0 },
            ["ram"] = new JsonObject { ["limit"] = 200_000, ["in_use"] = Servers.All.Sum(s => (int)s["flavor"]!["ram"]!), ["reserved"] = 0 },
            ["key_pairs"] = new JsonObject { ["limit"] = 100, ["in_use"] = 0, ["reserved"] = 0 },
        },
    };
}

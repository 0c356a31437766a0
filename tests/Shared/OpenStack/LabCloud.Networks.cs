using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Teuthology.Testing.OpenStack;

/// <summary>Neutron: networks, ports, security groups, floating addresses.</summary>
public sealed partial class LabCloud
{
    private const string Neutron = "/network/v2.0";

    private void MapNetworks()
    {
        _web.MapGet("/network", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v2.0", "/network/v2.0/")) }));
        _web.MapGet($"{Neutron}/extensions", () => Json(new JsonObject { ["extensions"] = new JsonArray([.. new[] { "security-group", "router", "standard-attr-tag", "quota_details" }.Select(alias => (JsonNode)new JsonObject { ["alias"] = alias, ["name"] = alias })]) }));
        _web.MapGet($"{Neutron}/quotas/{{project}}/details.json", () => Json(new JsonObject { ["quota"] = new JsonObject { ["port"] = Unlimited(), ["security_group"] = Unlimited(), ["floatingip"] = Unlimited() } }));
        _web.MapGet($"{Neutron}/quotas/{{project}}/details", () => Json(new JsonObject { ["quota"] = new JsonObject { ["port"] = Unlimited(), ["security_group"] = Unlimited(), ["floatingip"] = Unlimited() } }));
        _web.MapGet($"{Neutron}/quotas/{{project}}", () => Json(new JsonObject { ["quota"] = new JsonObject { ["port"] = -1, ["security_group"] = -1, ["floatingip"] = -1 } }));
        _web.MapGet($"{Neutron}/subnets", () => Json(new JsonObject { ["subnets"] = new JsonArray(new JsonObject { ["id"] = "sub-lab", ["name"] = "lab", ["ip_version"] = 4, ["network_id"] = "net-lab", ["cidr"] = "10.99.0.0/24" }) }));
        MapKind("networks", "network", Networks);
        MapKind("ports", "port", Ports);
        MapKind("security-groups", "security_group", SecurityGroups);
        MapKind("security-group-rules", "security_group_rule", Rules);
        MapKind("floatingips", "floatingip", FloatingIps);
    }

    private static JsonObject Unlimited() => new() { ["limit"] = -1, ["used"] = 0, ["reserved"] = 0 };

    private void MapKind(string path, string name, CloudThings things)
    {
        var many = path.Replace('-', '_');
        _web.MapGet($"{Neutron}/{path}", (HttpRequest request) => Json(new JsonObject { [many] = Shown(Listed(things, request)) }));
        _web.MapPost($"{Neutron}/{path}", async (HttpRequest request) =>
        {
            var thing = (JsonObject)(await BodyAsync(request))[name]!.DeepClone();
            if (ObstacleTo(name, thing) is { } obstacle)
                return Json(new JsonObject { ["NeutronError"] = new JsonObject { ["type"] = "BadRequest", ["message"] = obstacle, ["detail"] = "" } }, 404);
            thing["tags"] ??= new JsonArray();
            thing["created_at"] = Now();
            thing["description"] ??= "";
            if (name == "security_group")
                thing["security_group_rules"] = new JsonArray();
            if (name == "floatingip")
                (thing["floating_ip_address"], thing["status"]) = (FloatingAddress, "ACTIVE");
            if ((string?)thing["port_id"] is { } port && Servers.Find((string)Ports.Find(port)!["device_id"]!) is { } server)
                Reach(server);
            return Json(new JsonObject { [name] = CloudThings.Shown(things.Add(NewId(), thing)) }, 201);
        });
        _web.MapGet($"{Neutron}/{path}/{{id}}", (string id) => things.Find(id) is { } thing ? Json(new JsonObject { [name] = CloudThings.Shown(thing) }) : Missing($"{things.Kind} {id}"));
        _web.MapPut($"{Neutron}/{path}/{{id}}/tags", async (string id, HttpRequest request) => Tagged(things, id, (await BodyAsync(request))["tags"]!.AsArray().Select(t => (string)t!), all: true));
        _web.MapPut($"{Neutron}/{path}/{{id}}/tags/{{tag}}", (string id, string tag) => Tagged(things, id, [tag], all: false));
        _web.MapPut($"{Neutron}/{path}/{{id}}", async (string id, HttpRequest request) =>
        {
            if (things.Find(id) is not { } thing)
                return Missing($"{things.Kind} {id}");
            var change = (JsonObject)(await BodyAsync(request))[name]!;
            lock (thing)
            {
                foreach (var (key, value) in change)
                    thing[key] = value?.DeepClone();
                return Json(new JsonObject { [name] = CloudThings.Shown(thing) });
            }
        });
        _web.MapDelete($"{Neutron}/{path}/{{id}}", (string id) => name == "security_group" && things.Find(id) is { } group && Servers.All.Any(s => s["security_groups"]!.AsArray().Any(g => (string?)g!["name"] == (string?)group["name"]))
            ? Json(new JsonObject { ["NeutronError"] = new JsonObject { ["type"] = "SecurityGroupInUse", ["message"] = $"Security Group {id} in use.", ["detail"] = "" } }, 409)
            : things.Remove(id) ? Status(204) : Missing($"{things.Kind} {id}"));
    }

    private string? ObstacleTo(string kind, JsonObject asked) => kind switch
    {
        "floatingip" when Networks.Find((string?)asked["floating_network_id"] ?? "") is null => $"Network {asked["floating_network_id"]} could not be found.",
        "floatingip" when !(bool)Networks.Find((string)asked["floating_network_id"]!)!["router:external"]! => $"Network {asked["floating_network_id"]} is not an external network.",
        "floatingip" when (string?)asked["port_id"] is { } port && Ports.Find(port) is null => $"Port {port} could not be found.",
        "security_group_rule" when SecurityGroups.Find((string?)asked["security_group_id"] ?? "") is null => $"Security group {asked["security_group_id"]} does not exist",
        _ => null,
    };

    private static void Reach(JsonObject server)
    {
        lock (server)
            server["addresses"]!["lab"]!.AsArray().Add(new JsonObject { ["addr"] = FloatingAddress, ["version"] = 4, ["OS-EXT-IPS:type"] = "floating", ["OS-EXT-IPS-MAC:mac_addr"] = "fa:16:3e:00:00:01" });
    }
}

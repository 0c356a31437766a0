using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Teuthology.Testing.OpenStack;

/// <summary>What Nova's servers have: actions, metadata, tags, volumes.</summary>
public sealed partial class LabCloud
{
    private void MapServerParts()
    {
        _web.MapPost($"{Nova}/servers/{{id}}/action", async (string id, HttpRequest request) =>
        {
            if (Servers.Find(id) is not { } server)
                return Missing($"Instance {id}");
            var action = (await BodyAsync(request)).First();
            switch (action.Key)
            {
                case "os-getConsoleOutput":
                    return Json(new JsonObject { ["output"] = _machines.ConsoleOf(id) });
                case "rebuild":
                    return await RebuildAsync(server, (JsonObject)action.Value!);
                case "pause":
                    return Moved(server, "ACTIVE", "PAUSED");
                case "unpause":
                    return Moved(server, "PAUSED", "ACTIVE");
                case "forceDelete":
                    return Json(new JsonObject { ["forbidden"] = new JsonObject { ["code"] = 403, ["message"] = "Policy doesn't allow os_compute_api:os-deferred-delete:force to be performed." } }, 403);
                default:
                    return Refused($"There is no such action: {action.Key}");
            }
        });
        _web.MapGet($"{Nova}/servers/{{id}}/metadata", (string id) => Servers.Find(id) is { } server ? Json(new JsonObject { ["metadata"] = CloudThings.Shown(server)["metadata"]!.DeepClone() }) : Missing($"Instance {id}"));
        _web.MapPost($"{Nova}/servers/{{id}}/metadata", async (string id, HttpRequest request) => Noted(id, (JsonObject)(await BodyAsync(request))["metadata"]!));
        _web.MapPut($"{Nova}/servers/{{id}}/metadata/{{key}}", async (string id, string key, HttpRequest request) => Noted(id, (JsonObject)(await BodyAsync(request))["meta"]!));
        _web.MapGet($"{Nova}/servers/{{id}}/tags", (string id) => Servers.Find(id) is { } server ? Json(new JsonObject { ["tags"] = CloudThings.Shown(server)["tags"]!.DeepClone() }) : Missing($"Instance {id}"));
        _web.MapPut($"{Nova}/servers/{{id}}/tags", async (string id, HttpRequest request) => Tagged(Servers, id, (await BodyAsync(request))["tags"]!.AsArray().Select(t => (string)t!), all: true));
        _web.MapPut($"{Nova}/servers/{{id}}/tags/{{tag}}", (string id, string tag) => Tagged(Servers, id, [tag], all: false));
        _web.MapGet($"{Nova}/servers/{{id}}/os-interface", (string id) => Json(new JsonObject { ["interfaceAttachments"] = new JsonArray([.. Ports.All.Where(p => (string?)p["device_id"] == id).Select(p => (JsonNode)new JsonObject { ["port_id"] = (string)p["id"]!, ["net_id"] = "net-lab", ["fixed_ips"] = p["fixed_ips"]!.DeepClone() })]) }));
        _web.MapGet($"{Nova}/servers/{{id}}/os-volume_attachments", (string id) => Json(new JsonObject { ["volumeAttachments"] = new JsonArray([.. Volumes.All.SelectMany(v => v["attachments"]!.AsArray().Where(a => (string?)a!["server_id"] == id).Select(a => (JsonNode)new JsonObject { ["id"] = (string)v["id"]!, ["volumeId"] = (string)v["id"]!, ["serverId"] = id, ["device"] = (string?)a!["device"] }))]) }));
        _web.MapPost($"{Nova}/servers/{{id}}/os-volume_attachments", async (string id, HttpRequest request) =>
        {
            var volumeId = (string)(await BodyAsync(request))["volumeAttachment"]!["volumeId"]!;
            if (Servers.Find(id) is null || Volumes.Find(volumeId) is not { } volume)
                return Missing($"Instance {id} or volume {volumeId}");
            lock (volume)
            {
                if ((string?)volume["status"] != "available")
                    return Refused($"Invalid volume: volume {volumeId} status must be 'available'. Currently in '{volume["status"]}'");
                volume["status"] = "in-use";
                volume["attachments"] = new JsonArray(new JsonObject { ["server_id"] = id, ["volume_id"] = volumeId, ["id"] = volumeId, ["attachment_id"] = NewId(), ["device"] = "/dev/vdb" });
            }

            var server = Servers.Find(id)!;
            lock (server)
                server["os-extended-volumes:volumes_attached"]!.AsArray().Add(new JsonObject { ["id"] = volumeId, ["delete_on_termination"] = false });
            return Json(new JsonObject { ["volumeAttachment"] = new JsonObject { ["id"] = volumeId, ["volumeId"] = volumeId, ["serverId"] = id, ["device"] = "/dev/vdb" } });
        });
        _web.MapDelete($"{Nova}/servers/{{id}}/os-volume_attachments/{{volumeId}}", (string id, string volumeId) =>
        {
            if (Volumes.Find(volumeId) is not { } volume)
                return Missing($"Volume {volumeId}");
            lock (volume)
            {
                if (volume["attachments"]!.AsArray().All(a => (string?)a!["server_id"] != id))
                    return Missing($"Volume {volumeId} at instance {id}");
                (volume["status"], volume["attachments"]) = ("available", new JsonArray());
            }

            return Status(202);
        });
    }

    // As Nova: another disk, the same id. The machine behind it is made anew.
    private async Task<IResult> RebuildAsync(JsonObject server, JsonObject asked)
    {
        var id = (string)server["id"]!;
        if (RefusesRebuilds)
            return Json(new JsonObject { ["forbidden"] = new JsonObject { ["code"] = 403, ["message"] = "Policy doesn't allow os_compute_api:servers:rebuild to be performed." } }, 403);
        if (Images.Find((string)asked["imageRef"]!) is not { } image || (string?)image["status"] != "active")
            return Refused($"Image {asked["imageRef"]} is not active or could not be found.");
        if ((string?)asked["key_name"] is { } key && KeyPairs.Find(key) is null)
            return Refused("Invalid key_name provided.");
        if (ObstacleIn(asked) is { } obstacle)
            return Refused(obstacle);
        lock (server)
        {
            if ((string?)server["status"] is not ("ACTIVE" or "SHUTOFF" or "ERROR"))
                return Conflict($"Cannot 'rebuild' instance {id} while it is in vm_state {server["OS-EXT-STS:vm_state"]}");
            (server["status"], server["OS-EXT-STS:task_state"]) = ("REBUILD", "rebuilding");
            (server["image"], server["_user_data"], server["key_name"]) = (new JsonObject { ["id"] = (string)asked["imageRef"]! }, (string?)asked["user_data"], (string?)asked["key_name"]);
            server["name"] = (string?)asked["name"] ?? (string)server["name"]!;
        }

        await _machines.StopAsync(id);
        Ports.Remove($"port-{id}");
        _work.Add(BuildAsync(server));
        return Json(new JsonObject { ["server"] = CloudThings.Shown(server) }, 202);
    }

    private static IResult Moved(JsonObject server, string from, string to)
    {
        lock (server)
        {
            if ((string?)server["status"] != from)
                return Conflict($"Cannot do that to instance {server["id"]} while it is in status {server["status"]}");
            (server["status"], server["OS-EXT-STS:vm_state"]) = (to, to.ToLowerInvariant());
            return Status(202);
        }
    }

    private static IResult Tagged(CloudThings things, string id, IEnumerable<string> tags, bool all)
    {
        if (things.Find(id) is not { } thing)
            return Missing($"{things.Kind} {id}");
        lock (thing)
        {
            var before = all ? [] : thing["tags"]?.AsArray().Select(t => (string)t!) ?? [];
            thing["tags"] = new JsonArray([.. before.Union(tags).Select(t => (JsonNode)t)]);
            return all ? Json(new JsonObject { ["tags"] = thing["tags"]!.DeepClone() }) : Status(201);
        }
    }

    private IResult Noted(string id, JsonObject notes)
    {
        if (Servers.Find(id) is not { } server)
            return Missing($"Instance {id}");
        lock (server)
        {
            foreach (var (key, value) in notes)
                server["metadata"]![key] = value?.DeepClone();
            return Json(new JsonObject { ["metadata"] = server["metadata"]!.DeepClone(), ["meta"] = notes.DeepClone() });
        }
    }
}

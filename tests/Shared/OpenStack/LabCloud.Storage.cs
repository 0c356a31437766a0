using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Teuthology.Testing.OpenStack;

/// <summary>Glance's images and Cinder's volumes.</summary>
public sealed partial class LabCloud
{
    private const string Glance = "/image/v2";
    private const string Cinder = $"/volume/v3/{Project}";

    private void MapImages()
    {
        _web.MapGet("/image", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v2.16", "/image/v2/")) }, 300));
        _web.MapGet("/image/versions", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v2.16", "/image/v2/")) }));
        _web.MapGet($"{Glance}/images", (HttpRequest request) => Json(new JsonObject { ["images"] = Shown(Listed(Images, request)), ["first"] = "/v2/images", ["schema"] = "/v2/schemas/images" }));
        _web.MapPost($"{Glance}/images", async (HttpRequest request) =>
        {
            var image = await BodyAsync(request);
            image["status"] = "queued";
            image["visibility"] ??= "private";
            image["tags"] ??= new JsonArray();
            image["created_at"] = Now();
            image["updated_at"] = Now();
            image["owner"] = Project;
            return Json(CloudThings.Shown(Images.Add((string?)image["id"] ?? NewId(), image)), 201);
        });
        _web.MapGet($"{Glance}/images/{{id}}", (string id) => Images.Find(id) is { } image ? Json(CloudThings.Shown(image)) : Missing($"Image {id}"));
        _web.MapPut($"{Glance}/images/{{id}}/file", async (string id, HttpRequest request) =>
        {
            if (Images.Find(id) is not { } image)
                return Missing($"Image {id}");
            lock (image)
                image["status"] = "saving";
            var size = 0L;
            var buffer = new byte[1 << 16];
            while (await request.Body.ReadAsync(buffer) is > 0 and var count)
                size += count;
            lock (image)
                (image["status"], image["size"]) = ("active", size);
            return Status(204);
        });
        _web.MapPut($"{Glance}/images/{{id}}/tags/{{tag}}", (string id, string tag) => Tagged(Images, id, [tag], all: false));
        _web.MapDelete($"{Glance}/images/{{id}}", (string id) => Images.Remove(id) ? Status(204) : Missing($"Image {id}"));
    }

    private void MapVolumes()
    {
        _web.MapGet("/volume", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v3.0", "/volume/v3/", "3.70", "3.0")) }, 300));
        _web.MapGet("/volume/v3", () => Json(new JsonObject { ["versions"] = new JsonArray(Version("v3.0", "/volume/v3/", "3.70", "3.0")) }));
        _web.MapGet($"{Cinder}/limits", () => Json(new JsonObject
        {
            ["limits"] = new JsonObject
            {
                ["rate"] = new JsonArray(),
                ["absolute"] = new JsonObject { ["maxTotalVolumes"] = MaxVolumes, ["totalVolumesUsed"] = Volumes.Count, ["maxTotalVolumeGigabytes"] = 1000, ["totalGigabytesUsed"] = Volumes.All.Sum(v => (int)v["size"]!) },
            },
        }));
        foreach (var path in (string[])["volumes", "volumes/detail"])
            _web.MapGet($"{Cinder}/{path}", (HttpRequest request) => Json(new JsonObject { ["volumes"] = Shown(Listed(Volumes, request)) }));
        _web.MapPost($"{Cinder}/volumes", async (HttpRequest request) =>
        {
            if (Volumes.Count >= MaxVolumes)
                return Json(new JsonObject { ["overLimit"] = new JsonObject { ["code"] = 413, ["message"] = $"VolumeLimitExceeded: Maximum number of volumes allowed ({MaxVolumes}) exceeded for quota 'volumes'." } }, 413);
            var asked = (JsonObject)(await BodyAsync(request))["volume"]!;
            if ((string?)asked["availability_zone"] is { } zone && zone != Zone)
                return Refused($"Availability zone '{zone}' is invalid.");
            if ((string?)asked["volume_type"] is { } type && type != VolumeType)
                return Json(new JsonObject { ["itemNotFound"] = new JsonObject { ["code"] = 404, ["message"] = $"Volume type with name {type} could not be found." } }, 404);
            var volume = Volumes.Add(NewId(), new JsonObject { ["name"] = (string?)asked["name"], ["size"] = (int)asked["size"]!, ["status"] = "available", ["attachments"] = new JsonArray(), ["metadata"] = asked["metadata"]?.DeepClone() ?? new JsonObject(), ["created_at"] = Now()[..^1], ["volume_type"] = (string?)asked["volume_type"] ?? VolumeType, ["availability_zone"] = (string?)asked["availability_zone"] ?? Zone, ["bootable"] = "false" });
            return Json(new JsonObject { ["volume"] = CloudThings.Shown(volume) }, 202);
        });
        _web.MapGet($"{Cinder}/volumes/{{id}}", (string id) => Volumes.Find(id) is { } volume ? Json(new JsonObject { ["volume"] = CloudThings.Shown(volume) }) : Missing($"Volume {id}"));
        foreach (var method in (string[])["POST", "PUT"])
        {
            _web.MapMethods($"{Cinder}/volumes/{{id}}/metadata", [method], async (string id, HttpRequest request) =>
            {
                if (Volumes.Find(id) is not { } volume)
                    return Missing($"Volume {id}");
                var notes = (JsonObject)(await BodyAsync(request))["metadata"]!;
                lock (volume)
                {
                    foreach (var (key, value) in notes)
                        volume["metadata"]![key] = value?.DeepClone();
                    return Json(new JsonObject { ["metadata"] = volume["metadata"]!.DeepClone() });
                }
            });
        }

        _web.MapPost($"{Cinder}/volumes/{{id}}/action", (string id) => Volumes.Find(id) is null ? Missing($"Volume {id}") : Status(202));
        _web.MapDelete($"{Cinder}/volumes/{{id}}", (string id) => Volumes.Find(id) switch
        {
            null => Missing($"Volume {id}"),
            var volume when (string?)volume["status"] == "in-use" => Json(new JsonObject { ["badRequest"] = new JsonObject { ["code"] = 400, ["message"] = "Invalid volume: Volume status must be available or error, but current status is: in-use." } }, 400),
            _ => Volumes.Remove(id) ? Status(202) : Missing($"Volume {id}"),
        });
    }
}

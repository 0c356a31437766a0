using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Server.Tests;

/// <summary>A request that a real client or a probe sent to a real paddles, and what that answered.</summary>
/// <param name="Seq">Its number in the recording.</param>
/// <param name="Answer">The body; null when it was no JSON.</param>
public sealed record Exchange(int Seq, string Method, string Path, JsonNode? Body, int Status, JsonNode? Answer)
{
    /// <summary>The exchanges of a recording beside this file.</summary>
    public static IReadOnlyList<Exchange> Read(string recording) => JsonSerializer.Deserialize<Exchange[]>(
        File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Transcripts", recording)), JsonSerializerOptions.Web)!;

    /// <summary>The body as it went over the wire; a text in the recording was no JSON.</summary>
    public string? Sent => Body switch
    {
        null => null,
        JsonValue text when text.TryGetValue<string>(out var raw) => raw,
        _ => Body.ToJsonString(),
    };

    /// <summary>An answer without what differs from run to run: lists by name, times as one word, a machine of unknown state as one that is down.</summary>
    public static string Plain(JsonNode? answer)
    {
        switch (answer)
        {
            case JsonArray list:
                return $"[{string.Join(", ", list.Select(Plain).Order(StringComparer.Ordinal))}]";
            case JsonObject node:
                foreach (var key in new[] { "locked_since", "expires_at" })
                {
                    if (node[key] is not null)
                        node[key] = "then";
                }

                if (node.ContainsKey("up"))
                    node["up"] ??= false;
                if (node["vm_host"] is { } host)
                    node["vm_host"] = Plain(host);
                return node.ToJsonString();
            default:
                return answer?.ToJsonString() ?? "null";
        }
    }
}

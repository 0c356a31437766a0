using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>Reads the JSON object of a request, whatever its Content-Type says: upstream's clients send none, or a wrong one.</summary>
internal static class JsonBody
{
    private static readonly JsonNodeOptions Exact = new() { PropertyNameCaseInsensitive = false };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The object; every text in it can be read.</summary>
    /// <exception cref="NodeRefusedException">It is none; upstream's text.</exception>
    public static async Task<JsonObject> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (await JsonNode.ParseAsync(request.Body, Exact, Strict, cancellationToken) is JsonObject body)
            {
                Read(body);
                return body;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, a key twice, or a text that is no Unicode.
            throw Undecodable(e);
        }

        throw Undecodable(null);
    }

    // The parser looks at texts when they are asked for.
    private static void Read(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, value) in map)
                    Read(value);
                break;
            case JsonArray list:
                foreach (var value in list)
                    Read(value);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = (string?)value;
                break;
        }
    }

    private static NodeRefusedException Undecodable(Exception? cause) => new(NodeRefusal.Invalid, "could not decode JSON body", cause);

    /// <summary>A whole number, also when it is written as <c>10.0</c>; null when the key is absent or null.</summary>
    /// <exception cref="NodeRefusedException">It is something else.</exception>
    public static long? Whole(JsonObject body, string key) => body[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<double>(out var number) && number == Math.Floor(number) && Math.Abs(number) < long.MaxValue => (long)number,
        _ => throw new NodeRefusedException(NodeRefusal.Invalid, $"{key} must be a whole number"),
    };

    /// <summary>A time in seconds; null when the key is absent or null.</summary>
    /// <exception cref="NodeRefusedException">It is something else, or not between 0 and 10 years.</exception>
    public static TimeSpan? Seconds(JsonObject body, string key) => body[key] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<double>(out var seconds) && seconds is > 0 and < 315_360_000 => TimeSpan.FromSeconds(seconds),
        _ => throw new NodeRefusedException(NodeRefusal.Invalid, $"{key} must be a number of seconds above 0"),
    };
}

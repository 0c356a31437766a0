using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>Reads the JSON object of a request, whatever its Content-Type says: upstream's clients send none, or a wrong one.</summary>
internal static class JsonBody
{
    private static readonly JsonNodeOptions Exact = new() { PropertyNameCaseInsensitive = false };

    /// <summary>The object.</summary>
    /// <exception cref="NodeRefusedException">It is none; upstream's text.</exception>
    public static async Task<JsonObject> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (await JsonNode.ParseAsync(request.Body, Exact, default, cancellationToken) is JsonObject body && body.All(_ => true))
                return body;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // Not JSON, or a key twice.
        }

        throw new NodeRefusedException(NodeRefusal.Invalid, "could not decode JSON body");
    }

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

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>What a site's service answered.</summary>
/// <param name="Call">Service, method and URL, for messages.</param>
/// <param name="Status">Status.</param>
/// <param name="Headers">Headers.</param>
/// <param name="Text">Body.</param>
internal sealed record ServiceAnswer(string Call, HttpStatusCode Status, HttpResponseHeaders Headers, string Text)
{
    /// <summary>A header's value; null when there is none.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The body as JSON of some kind.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it is something else.</exception>
    public T Json<T>()
        where T : JsonNode
    {
        try
        {
            return JsonNode.Parse(Text) as T ?? throw Error($"the answer is no {(typeof(T) == typeof(JsonArray) ? "list" : "object")}");
        }
        catch (JsonException e)
        {
            throw Error($"the answer is no JSON: {e.Message}");
        }
    }

    /// <summary>An error about the answer as a whole.</summary>
    public TeuthologyException Error() => Error(((int)Status).ToString(CultureInfo.InvariantCulture) + $" {Status}");

    /// <summary>An error about something in it.</summary>
    /// <param name="what">What is wrong.</param>
    public TeuthologyException Error(string what) => new(FailureKind.Infrastructure, $"{Call}: {what}{(Text.Length == 0 ? "" : $": {Shown}")}");

    private string Shown => Text.Trim() is { Length: > 300 } text ? $"{text[..300]}…" : Text.Trim();
}

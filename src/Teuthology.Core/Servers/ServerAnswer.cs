using System.Net;
using System.Text.Json.Nodes;

namespace Teuthology;

/// <summary>A server's answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body, when that is JSON.</param>
public sealed record ServerAnswer(HttpStatusCode Status, JsonNode? Body)
{
    /// <summary>Whether it was done.</summary>
    public bool Ok => (int)Status is >= 200 and < 300;

    /// <summary>The server's words; empty when there are none.</summary>
    public string Message => (Body as JsonObject)?["message"]?.ToString() ?? "";
}

using System.Text.Json.Nodes;

namespace Teuthology.Server;

/// <summary><c>/errors/…/</c>, where upstream's server answers what it refuses.</summary>
internal static class ErrorEndpoints
{
    private static readonly (string Name, string Message, int Status)[] All =
    [
        ("invalid", "invalid request", 400), ("forbidden", "forbidden", 403), ("not_found", "resource was not found", 404), ("unavailable", "service unavailable", 503),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (name, message, status) in All)
            routes.Map($"/errors/{name}", () => Reply.Json(new JsonObject { ["message"] = message }, status));
    }
}

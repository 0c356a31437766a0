using System.Text.Json.Nodes;

namespace Teuthology.Server;

/// <summary>Answers in the results server's shapes.</summary>
internal static class Reply
{
    public static IResult Json(JsonNode node, int status = StatusCodes.Status200OK) =>
        Microsoft.AspNetCore.Http.Results.Text(node.ToJsonString(), "application/json", statusCode: status);

    public static IResult List(IEnumerable<JsonNode> nodes) => Json(new JsonArray([.. nodes]));

    public static IResult BadRequest(string message) => Message(message, StatusCodes.Status400BadRequest);

    public static IResult NotFound(string message) => Message(message, StatusCodes.Status404NotFound);

    private static IResult Message(string message, int status) => Json(new JsonObject { ["message"] = message }, status);
}

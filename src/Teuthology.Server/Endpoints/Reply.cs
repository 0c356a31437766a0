using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>Answers in the results server's shapes.</summary>
internal static class Reply
{
    /// <summary>What a write answers that has nothing to tell.</summary>
    public static IResult Done() => Json(new JsonObject());

    public static IResult Json(JsonNode node, int status = StatusCodes.Status200OK) =>
        Microsoft.AspNetCore.Http.Results.Text(node.ToJsonString(), "application/json", statusCode: status);

    /// <summary>JSON that is written already.</summary>
    public static IResult Text(string json) => Microsoft.AspNetCore.Http.Results.Text(json, "application/json");

    public static IResult List(IEnumerable<JsonNode> nodes) => Json(new JsonArray([.. nodes]));

    public static IResult BadRequest(string message) => Message(message, StatusCodes.Status400BadRequest);

    public static IResult NotFound(string message) => Message(message, StatusCodes.Status404NotFound);

    /// <summary>A refusal with its status; the place in line goes with it.</summary>
    public static IResult Refused(NodeRefusedException refusal)
    {
        var body = new JsonObject { ["message"] = refusal.Message };
        if (refusal.Ticket is { } ticket)
            body["ticket"] = ticket;
        return Json(body, refusal.Refusal switch
        {
            NodeRefusal.Invalid => StatusCodes.Status400BadRequest,
            NodeRefusal.Conflict => StatusCodes.Status403Forbidden,
            NodeRefusal.NotFound => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status503ServiceUnavailable,
        });
    }

    private static IResult Message(string message, int status) => Json(new JsonObject { ["message"] = message }, status);
}

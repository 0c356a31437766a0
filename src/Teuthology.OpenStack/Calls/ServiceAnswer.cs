using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>A service's answer.</summary>
/// <param name="Service">Who.</param>
/// <param name="What">What it was to do.</param>
/// <param name="Call">Method and address.</param>
/// <param name="Status">Status.</param>
/// <param name="Text">Body.</param>
/// <param name="RequestId">Request id, or null.</param>
internal sealed record ServiceAnswer(string Service, string What, string Call, HttpStatusCode Status, string Text, string? RequestId)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString };

    /// <summary>Whether it was done.</summary>
    public bool Ok => (int)Status is >= 200 and < 300;

    /// <summary>The object under a key.</summary>
    public T Read<T>(string key) => Read<T>(Json()[key] ?? throw Strange($"has no '{key}'"));

    /// <summary>A part of it.</summary>
    public T Read<T>(JsonNode node)
    {
        try
        {
            return node.Deserialize<T>(Options) ?? throw Strange("is empty");
        }
        catch (JsonException e)
        {
            throw Strange($"cannot be understood: {e.Message}");
        }
    }

    /// <summary>The body as an object.</summary>
    public JsonObject Json()
    {
        try
        {
            return JsonNode.Parse(Text) as JsonObject ?? throw Strange("is no object");
        }
        catch (JsonException)
        {
            throw Strange("is no JSON; is this address one of OpenStack's?");
        }
    }

    /// <summary>The error that it is.</summary>
    public OpenStackException Error()
    {
        var words = ErrorBody.Words(Text);
        var message = $"{Service}: cannot {What}: {Call} answers {(int)Status} {Status}{(words.Length > 0 ? $": {words}" : "")}{Hint()}{(RequestId is null ? "" : $" (request {RequestId})")}";
        return IsQuota(words)
            ? new QuotaExceededException(message) { Status = Status, Call = Call, ServiceMessage = words, RequestId = RequestId }
            : new OpenStackException(FailureKind.Infrastructure, message) { Status = Status, Call = Call, ServiceMessage = words, RequestId = RequestId };
    }

    // Nova says 403, Cinder 413, Neutron 409 with a type.
    private bool IsQuota(string words) => Status switch
    {
        HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge =>
            words.Contains("quota", StringComparison.OrdinalIgnoreCase) || words.Contains("exceeded for resource", StringComparison.OrdinalIgnoreCase) || words.Contains("Maximum number of", StringComparison.OrdinalIgnoreCase),
        HttpStatusCode.Conflict => ErrorBody.Type(Text) == "OverQuota",
        _ => false,
    };

    private string Hint() => Status switch
    {
        HttpStatusCode.Unauthorized => "; a new token was refused too: do the service and Keystone belong together?",
        HttpStatusCode.Forbidden when !IsQuota(ErrorBody.Words(Text)) => "; the user's roles in the project do not allow it",
        >= HttpStatusCode.MovedPermanently and <= HttpStatusCode.PermanentRedirect => "; redirections are not followed, for they could carry the token elsewhere: correct the catalogue or set an endpoint override",
        _ => "",
    };

    private OpenStackException Strange(string what) =>
        new(FailureKind.Infrastructure, $"{Service}: cannot {What}: the answer to {Call} {what}{(RequestId is null ? "" : $" (request {RequestId})")}") { Status = Status, Call = Call, RequestId = RequestId };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Teuthology.OpenStack;

/// <summary>The words in the body of an error, which each service wraps in its own way.</summary>
internal static partial class ErrorBody
{
    private const int Longest = 600;

    /// <summary>The words; empty without any.</summary>
    public static string Words(string body)
    {
        var text = Short(body.TrimStart() is ['{', ..] ? OfJson(body) ?? body : Heading().Replace(Tags().Replace(body, " "), ""));
        return text;
    }

    /// <summary>Neutron's name of the error, e.g. <c>OverQuota</c>; null without one.</summary>
    public static string? Type(string body)
    {
        try
        {
            return body.TrimStart() is ['{', ..] && JsonNode.Parse(body) is JsonObject answer && answer["NeutronError"] is JsonObject error ? error["type"]?.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? OfJson(string body)
    {
        try
        {
            return JsonNode.Parse(body) switch
            {
                JsonObject answer when answer["message"] is JsonValue message => message.ToString(),
                JsonObject answer when answer["errors"] is JsonArray { Count: > 0 } errors => (errors[0] as JsonObject)?["detail"]?.ToString(),
                JsonObject { Count: 1 } answer when answer.First().Value is JsonObject inner => inner["message"]?.ToString(),
                JsonObject { Count: 1 } answer => answer.First().Value?.ToString(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Short(string text)
    {
        var line = Blanks().Replace(text, " ").Trim();
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    [GeneratedRegex("<(title|style)>.*?</\\1>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex(@"^\s*\d{3} [A-Z][\w ]*?(\r?\n|$)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}

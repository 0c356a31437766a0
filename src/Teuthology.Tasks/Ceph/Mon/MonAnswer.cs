using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>A cluster's answer to a command.</summary>
/// <param name="Status">0, or a negative errno.</param>
/// <param name="Output">What it gave.</param>
/// <param name="Message">What it said.</param>
public sealed record MonAnswer(int Status, string Output, string Message)
{
    /// <summary>The output as JSON.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is none.</exception>
    public JsonNode Json => JsonNode.Parse(Output)!;
}

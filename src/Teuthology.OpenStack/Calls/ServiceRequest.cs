using System.Text.Json.Nodes;

namespace Teuthology.OpenStack;

/// <summary>A call to a service.</summary>
/// <param name="Method">Its method.</param>
/// <param name="What">In words, for the error: <c>delete server x</c>.</param>
/// <param name="Path">Below the endpoint.</param>
/// <param name="Body">What is sent, or null.</param>
internal sealed record ServiceRequest(HttpMethod Method, string What, string Path, JsonNode? Body = null)
{
    /// <summary>A body that is no JSON; then the call is made once.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>Microversion that beats the negotiated one; empty for none at all.</summary>
    public string? Version { get; init; }

    /// <summary>Whether it may be carried out twice, although its method does not say so.</summary>
    public bool Repeatable { get; init; }
}

using System.Text.Json.Nodes;

namespace Teuthology;

/// <summary>A call to a server.</summary>
/// <param name="Method">Its HTTP method.</param>
/// <param name="What">In words, for the error: <c>list machines</c>.</param>
/// <param name="Path">Below the server's address.</param>
/// <param name="Body">What is sent, or null.</param>
/// <param name="Repeatable">Whether it may be carried out twice.</param>
public sealed record ServerCall(HttpMethod Method, string What, string Path, JsonNode? Body = null, bool Repeatable = true);

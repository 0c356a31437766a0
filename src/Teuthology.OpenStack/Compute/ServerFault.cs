namespace Teuthology.OpenStack;

/// <summary>Why a server is in state ERROR.</summary>
/// <param name="Code">An HTTP status.</param>
/// <param name="Message">In words: <c>No valid host was found.</c></param>
/// <param name="Details">More; operators only.</param>
public sealed record ServerFault(int Code, string Message, string? Details = null);

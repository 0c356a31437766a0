namespace Teuthology.Results;

/// <summary>Something that was done by way of a server.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Token">Name of the token; null for none.</param>
/// <param name="Address">Address it came from.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">What it was about.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Body">What was told, at most 500 characters.</param>
public sealed record AuditEntry(DateTime At, string? Token, string? Address, string Method, string Path, int Status, string? Body);

namespace Teuthology.Lab;

/// <summary>A server that this process cares for.</summary>
/// <param name="Machine">The machine that it is.</param>
/// <param name="Id">The cloud's id of it.</param>
/// <param name="FlavorId">Its flavour.</param>
/// <param name="Run">Run that it was made for; null for none.</param>
/// <param name="Care">Renews its lease in the cloud.</param>
internal sealed record HeldServer(string Machine, string Id, string FlavorId, string? Run, ServerCare Care);

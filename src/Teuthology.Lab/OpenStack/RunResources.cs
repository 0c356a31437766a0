namespace Teuthology.Lab;

/// <summary>What the servers of a run share in the cloud.</summary>
/// <param name="KeyName">Key pair.</param>
/// <param name="NetworkId">Network; null leaves it to the cloud.</param>
/// <param name="Groups">Names of security groups; empty where the cloud has none.</param>
/// <param name="FloatingNetworkId">Network of addresses outside; null for none.</param>
internal sealed record RunResources(string KeyName, string? NetworkId, IReadOnlyList<string> Groups, string? FloatingNetworkId);

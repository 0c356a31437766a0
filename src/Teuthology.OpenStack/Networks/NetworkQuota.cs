namespace Teuthology.OpenStack;

/// <summary>What a project may have of one kind of thing of Neutron, and has.</summary>
/// <param name="Limit">Most; -1 is no limit.</param>
/// <param name="Used">In use.</param>
/// <param name="Reserved">About to be.</param>
public sealed record NetworkQuota(int Limit, int Used, int Reserved = 0);

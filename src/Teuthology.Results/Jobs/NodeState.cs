namespace Teuthology.Results;

/// <summary>How many jobs of a state had a machine.</summary>
/// <param name="Node">Name of the machine.</param>
/// <param name="Status">See <see cref="JobState"/>.</param>
/// <param name="Jobs">How many.</param>
public sealed record NodeState(string Node, string Status, int Jobs);

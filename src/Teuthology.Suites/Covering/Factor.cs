namespace Teuthology.Suites;

/// <summary>A place in a suite where exactly one of several alternatives is chosen.</summary>
/// <param name="First">Number of its first value; the others follow.</param>
/// <param name="Count">How many values it has, 2 or more.</param>
/// <param name="Parent">The value under which this place exists; -1 when it always does.</param>
/// <param name="Name">Its directory, relative to the suite.</param>
internal sealed record Factor(int First, int Count, int Parent, string Name);

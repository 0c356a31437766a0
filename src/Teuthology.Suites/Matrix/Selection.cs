namespace Teuthology.Suites;

/// <summary>What a node of the matrix gives for an index.</summary>
/// <param name="Text">Its part of the description.</param>
/// <param name="Fragments">Fragments in merge order, relative to the suite directory.</param>
internal sealed record Selection(string Text, string[] Fragments);

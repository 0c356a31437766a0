namespace Teuthology.Suites;

/// <summary>The layers of a selection's fragments in merge order.</summary>
/// <param name="Reader">Who made them.</param>
/// <param name="Maps">The layers; empty fragments have none. Null when a fragment of the selection needs the full merge.</param>
internal sealed record SelectionLayers(LayerReader Reader, LayerValue[]? Maps);

namespace Teuthology.OpenStack;

/// <summary>A service, and how its API is found.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Types">Types of the catalogue that are this service, the best first.</param>
/// <param name="Root">Path that its API begins with, where the catalogue leaves it out.</param>
/// <param name="VersionHeader">What the header of microversions calls it; null where it has none.</param>
/// <param name="Newest">The newest microversion that this client knows.</param>
internal sealed record ServiceKind(string Name, IReadOnlyList<string> Types, string Root, string? VersionHeader = null, Microversion Newest = default)
{
    public static ServiceKind Compute { get; } = new("nova", ["compute"], "v2.1", "compute", new Microversion(2, 90));

    public static ServiceKind Image { get; } = new("glance", ["image"], "v2");

    public static ServiceKind Volume { get; } = new("cinder", ["block-storage", "volumev3", "volume"], "v3", "volume", new Microversion(3, 60));

    public static ServiceKind Network { get; } = new("neutron", ["network"], "v2.0");
}

namespace Teuthology.Jobs;

/// <summary>What a builder says of a job's packages.</summary>
/// <param name="Distro">The system as the builder names it.</param>
/// <param name="Version">Version of the packages; null when it has none.</param>
/// <param name="Url">Where it was asked.</param>
public sealed record PackageFinding(string Distro, string? Version, string Url);

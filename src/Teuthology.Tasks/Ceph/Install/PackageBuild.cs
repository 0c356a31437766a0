namespace Teuthology.Tasks;

/// <summary>A build of a project that an index knows.</summary>
/// <param name="Url">Where its packages are.</param>
/// <param name="Version">Version of its packages.</param>
/// <param name="Repository">Text of the file that makes it known to the machine's package tools; null where a package does that (rpm of a gitbuilder).</param>
public sealed record PackageBuild(string Url, string Version, string? Repository);

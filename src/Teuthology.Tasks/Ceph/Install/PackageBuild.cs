namespace Teuthology.Tasks;

/// <summary>A build of a project that an index knows.</summary>
/// <param name="Url">Where its packages are.</param>
/// <param name="Version">Version of its packages.</param>
/// <param name="Repository">Text of the file that makes it known to the machine's package tools; null where a package does that (rpm of a gitbuilder).</param>
public sealed record PackageBuild(string Url, string Version, string? Repository)
{
    /// <summary>The commit that was built; null where the index was not asked for it.</summary>
    public string? Commit { get; init; }

    /// <summary>Version of what was built, which is that of its packages unless the index tells another; for a kernel its release.</summary>
    public string SourceVersion { get => field ?? Version; init; }
}

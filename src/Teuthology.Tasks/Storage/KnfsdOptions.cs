namespace Teuthology.Tasks;

/// <summary>What <c>knfsd</c> says about one client.</summary>
public sealed record KnfsdOptions
{
    /// <summary>Options of exports(5).</summary>
    public IReadOnlyList<string> Options { get; init; } = ["rw", "no_root_squash"];

    /// <summary>Export to everybody, not to the job's machines only.</summary>
    public bool Wildcard { get; init; }
}

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>cram</c>.</summary>
public sealed record CramOptions
{
    /// <summary>Client roles, or <c>all</c>, with paths of tests below the root of a Ceph source tree, or below <c>.qa</c> of the suites, each ending in <c>.t</c>.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Clients { get; init; }

    /// <summary>Whether clients run at once; else one after the other.</summary>
    public bool Parallel { get; init; } = true;

    /// <summary>What tests see as CEPH_REF, where no other is named; tests themselves are always those beside the suites.</summary>
    public string? Branch { get; init; }

    /// <summary>As the branch, before it.</summary>
    public string? Tag { get; init; }

    /// <summary>As the branch, before it.</summary>
    public string? Sha1 { get; init; }
}

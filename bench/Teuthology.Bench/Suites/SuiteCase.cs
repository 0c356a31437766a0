namespace Teuthology.Bench;

/// <summary>Something that is measured.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Arguments">Arguments of <c>teuthology suite expand</c>, without the directory of suites.</param>
/// <param name="Upstream">Suite, subset and work of upstream's side, null where it has none.</param>
/// <param name="IsHuge">True where upstream takes minutes.</param>
/// <param name="SubtractsStart">True where what counts is what comes after the start of the program.</param>
public sealed record SuiteCase(string Name, string[] Arguments, string[]? Upstream, bool IsHuge = false, bool SubtractsStart = false)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SuiteCase> All { get; } =
    [
        new("rados, descriptions", ["rados"], ["rados", "-", "list"], IsHuge: true),
        new("rados, descriptions and paths as JSON", ["rados", "--json"], ["rados", "-", "list"], IsHuge: true),
        new("rados 0/10, merged as JSON", ["rados", "--subset", "0/10", "--merged", "--json"], ["rados", "0/10", "merged"], IsHuge: true),
        new("rados 0/10, merged as YAML", ["rados", "--subset", "0/10", "--merged"], ["rados", "0/10", "merged"], IsHuge: true),
        new("rados 0/100, merged as JSON", ["rados", "--subset", "0/100", "--merged", "--json"], ["rados", "0/100", "merged"]),
        new("rbd, merged as JSON, after the start", ["rbd", "--merged", "--json"], ["rbd", "-", "merged"], SubtractsStart: true),
        new("first job of rados, after the start", ["rados", "--limit", "1"], null, SubtractsStart: true),
        new("first job of rados merged, after the start", ["rados", "--limit", "1", "--merged", "--json"], ["rados", "0/100", "first"], SubtractsStart: true),
        new("first job of rbd merged, after the start", ["rbd", "--limit", "1", "--merged", "--json"], ["rbd", "-", "first"], SubtractsStart: true),
    ];
}

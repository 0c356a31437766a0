namespace Teuthology.Tasks;

/// <summary>Configuration of <c>selinux</c>.</summary>
public sealed record SelinuxOptions
{
    /// <summary>Mode to run in: permissive or enforcing.</summary>
    public SelinuxMode Mode { get; init; } = SelinuxMode.Permissive;

    /// <summary>Denials that are expected besides those that are always, as regular expressions of grep.</summary>
    public IReadOnlyList<string> Allowlist { get; init; } = [];

    /// <summary>The same by its name until 2021, which suites of then have.</summary>
    public IReadOnlyList<string> Whitelist { get; init; } = [];

    /// <summary>Roles or names of machines to look after; all when absent.</summary>
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>Leave the mode as it is and do not look for denials at the end.</summary>
    public bool SkipTeardown { get; init; }
}

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>selinux</c>.</summary>
public sealed record SelinuxOptions
{
    /// <summary>Mode to run in: permissive or enforcing.</summary>
    public SelinuxMode Mode { get; init; } = SelinuxMode.Permissive;

    /// <summary>Denials that are expected, as regular expressions.</summary>
    public IReadOnlyList<string> Allowlist { get; init; } = [];
}

namespace Teuthology.Tasks;

/// <summary>What <c>nfs</c> says about one client.</summary>
public sealed record NfsOptions
{
    /// <summary>Client whose mount is the one that is exported, such as client.0.</summary>
    public required string Server { get; init; }

    /// <summary>Options of mount(8).</summary>
    public IReadOnlyList<string> Options { get; init; } = ["rw"];
}

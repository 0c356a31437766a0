namespace Teuthology.OpenStack;

/// <summary>Which servers are listed.</summary>
public sealed record ServerFilter
{
    /// <summary>Exact name; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>Tags that it must all have. Clouds without tags are not asked for them: use metadata there.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Metadata that it must have.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

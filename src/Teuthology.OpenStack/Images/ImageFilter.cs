namespace Teuthology.OpenStack;

/// <summary>Which images are listed.</summary>
public sealed record ImageFilter
{
    /// <summary>Exact name; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>Tags that it must all have.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Properties that it must have.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether only images of the project itself count.</summary>
    public bool OwnOnly { get; init; }
}

namespace Teuthology.Suites;

/// <summary>
/// The entry of a mapping in a fragment, ready to be written: alone as it is, or together with what other fragments have there. Never changes.
/// </summary>
internal sealed class LayerValue
{
    public required LayerKind Kind { get; init; }

    /// <summary>The entry, key included, when no other fragment has anything there.</summary>
    public byte[] Entry { get; init; } = [];

    /// <summary>The beginning of the entry of a list or mapping that others go on with.</summary>
    public byte[] Head { get; init; } = [];

    /// <summary>The items of a list.</summary>
    public byte[] Items { get; init; } = [];

    /// <summary>True for an empty list or mapping.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>True when the fragment it comes from names one list or mapping twice (an alias).</summary>
    public bool HasAliases { get; init; }

    /// <summary>Keys of a mapping, in order.</summary>
    public LayerKey[] Keys { get; init; } = [];

    /// <summary>Entries of a mapping, in the order of the keys.</summary>
    public LayerValue[] Values { get; init; } = [];
}

namespace Teuthology.Suites;

/// <summary>How a value of a fragment merges.</summary>
internal enum LayerKind
{
    /// <summary>Changes nothing.</summary>
    Null,

    /// <summary>Replaces, and is replaced.</summary>
    Scalar,

    /// <summary>Appends.</summary>
    List,

    /// <summary>Merges entry by entry.</summary>
    Map,
}

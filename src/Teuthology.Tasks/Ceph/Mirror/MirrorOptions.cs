namespace Teuthology.Tasks;

/// <summary>Configuration of <c>rbd-mirror</c> and <c>cephfs_mirror</c>.</summary>
public sealed record MirrorOptions
{
    /// <summary>The client that it connects as; its machine is where it runs.</summary>
    public required string Client { get; init; }

    /// <summary>Whether a thrasher may end it: it is then told to end, and not killed.</summary>
    public bool Thrash { get; init; }
}

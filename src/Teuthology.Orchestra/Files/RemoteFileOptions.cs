namespace Teuthology.Orchestra;

/// <summary>How a file is written, copied or moved on a host.</summary>
public sealed record RemoteFileOptions
{
    /// <summary>Write as root.</summary>
    public bool Sudo { get; init; }

    /// <summary>Mode as chmod takes it (<c>0644</c>, <c>a+rx</c>); null is what the umask gives.</summary>
    public string? Mode { get; init; }

    /// <summary>Owner as chown takes it (<c>ceph:ceph</c>); needs <see cref="Sudo"/>.</summary>
    public string? Owner { get; init; }

    /// <summary>Make the directory it goes to, with its parents.</summary>
    public bool Mkdir { get; init; }

    /// <summary>Add to the file instead of replacing it; not atomic then.</summary>
    public bool Append { get; init; }

    /// <summary>Bytes of a block, as dd's <c>bs</c> takes it (<c>4096</c>, <c>1M</c>); null is 512. The file is then written in place, by dd.</summary>
    public string? BlockSize { get; init; }

    /// <summary>Blocks that are passed over first; what the file has there stays, what it has behind is cut off. It is then written in place, by dd.</summary>
    public long? Offset { get; init; }

    /// <summary>Have the content on the disk before the call ends. Upstream's <c>sync</c> says so and pads the last block with zeros instead.</summary>
    public bool Sync { get; init; }

    internal bool ByBlocks => BlockSize is not null || Offset is not null;
}

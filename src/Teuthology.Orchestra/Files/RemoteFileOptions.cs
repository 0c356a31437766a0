namespace Teuthology.Orchestra;

/// <summary>How a file is written on a host.</summary>
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
}

namespace Teuthology.OpenStack;

/// <summary>An image that is wanted.</summary>
public sealed record ImageOrder
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary><c>qcow2</c>, <c>raw</c>, …</summary>
    public string DiskFormat { get; init; } = "qcow2";

    /// <summary>Smallest disk, in GiB.</summary>
    public int MinDisk { get; init; }

    /// <summary>Least memory, in MiB.</summary>
    public int MinRam { get; init; }

    /// <summary>Who sees it: <c>private</c> needs no right.</summary>
    public string Visibility { get; init; } = "private";

    /// <summary>Properties, e.g. <c>os_distro</c>; values have at most 255 characters.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

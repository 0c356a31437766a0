namespace Teuthology.OpenStack;

/// <summary>What a server becomes by a rebuild.</summary>
public sealed record ServerRebuild
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the image of its new root disk.</summary>
    public required string ImageId { get; init; }

    /// <summary>Key pair; null for none.</summary>
    public string? KeyName { get; init; }

    /// <summary>What cloud-init gets, as text; null for nothing. At most 65535 bytes in base64.</summary>
    public string? UserData { get; init; }
}

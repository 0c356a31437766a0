namespace Teuthology.Tasks;

/// <summary>What <c>common_fs_utils.generic_mkfs</c> says about one role.</summary>
public sealed record FileSystemOptions
{
    /// <summary>Image to make a file system on; <c>testimage.ROLE</c> when absent.</summary>
    public string? ImageName { get; init; }

    /// <summary>Kind of file system, as mkfs(8) takes it.</summary>
    public string FsType { get; init; } = "ext3";
}

namespace Teuthology.Lab;

/// <summary>What virtual machines of the embedded lab boot: the lab's image as a disk, Debian's kernel, an initial file system.</summary>
/// <param name="Directory">Where it is.</param>
internal sealed record GuestBuild(string Directory)
{
    /// <summary>What runs the processor here: <c>kvm</c>, or <c>tcg</c> for the emulator.</summary>
    public string Accel { get; init; } = "tcg";

    /// <summary>Release of the kernel.</summary>
    public string Release => File.ReadAllText(ReleaseFile).Trim();

    /// <summary>True when it is whole: it gets its name only then.</summary>
    public bool Exists => File.Exists(ReleaseFile);

    /// <summary>Disk with the root file system; only read.</summary>
    public string Disk => Path.Combine(Directory, "disk");

    /// <summary>File with the release; its time is when the build was last used.</summary>
    public string ReleaseFile => Path.Combine(Directory, "release");
}

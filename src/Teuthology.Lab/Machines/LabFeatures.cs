namespace Teuthology.Lab;

/// <summary>What a lab's machines can do; a job whose tasks need more is skipped with the reason.</summary>
[Flags]
public enum LabFeatures
{
    /// <summary>A shell over SSH, no more.</summary>
    None = 0,

    /// <summary>Password-less sudo to a real root.</summary>
    Root = 1,

    /// <summary>A root file system of its own, thrown away after the job.</summary>
    OwnRoot = 2,

    /// <summary>An address, a host name and ports of its own.</summary>
    OwnNetwork = 4,

    /// <summary>apt on the machine can install Ceph.</summary>
    CephPackages = 8,

    /// <summary>/dev/fuse is usable.</summary>
    Fuse = 16,

    /// <summary>systemd is process 1.</summary>
    Systemd = 32,

    /// <summary>A kernel of its own, whose modules it loads. Labs offer it for some of their machines: <see cref="LabOffer.OwnKernels"/>.</summary>
    OwnKernel = 64,
}

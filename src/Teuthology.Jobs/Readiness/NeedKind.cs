namespace Teuthology.Jobs;

/// <summary>What kind of thing a job needs and this lab has not.</summary>
public enum NeedKind
{
    /// <summary>A kernel, a device, a switch or a number of machines.</summary>
    Machine,

    /// <summary>A task that nobody has written, or a part of one.</summary>
    Task,

    /// <summary>A package that the machines cannot install.</summary>
    Package,

    /// <summary>A program that no package of theirs has.</summary>
    Binary,

    /// <summary>Something to be fetched from a host elsewhere.</summary>
    Download,

    /// <summary>Files of Ceph's source tree that the checkout lacks.</summary>
    Source,
}

using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>The lease of a job, for the internal tasks that come after the lock.</summary>
internal sealed class LockedMachines
{
    public IMachineLease? Lease { get; set; }
}

using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>Takes the machines that the job file gives as its <c>targets</c>: no lock, and nothing to give back.</summary>
internal static class GivenMachines
{
    public static async Task TakeAsync(ILab lab, int count, JobContext job, CancellationToken cancellationToken)
    {
        var lease = await lab.AcquireAsync(new MachineRequest { Count = count, Owner = job.Owner, Description = job.ArchivePath! }, null, cancellationToken);
        job.Shared<LockedMachines>().Lease = lease;
        job.TestDirectory = LockedMachines.TestDirectoryOf(job, LabFeatures.OwnRoot, lease.Machines[0].User);
    }
}

using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary>The lease of a job, for the internal tasks that come after the lock.</summary>
internal sealed class LockedMachines
{
    public IMachineLease? Lease { get; set; }

    /// <summary>The directory that the job may fill on its machines.</summary>
    public static string TestDirectoryOf(JobContext job, LabFeatures offered, string user)
    {
        if ((job.Config.Get("test_path") as string ?? job.Options.TestDirectory ?? job.Options.Site.TestPath) is { } set)
            return set;

        // Machines that share a file system share /home too: there each job has a directory of its own.
        if (!offered.HasFlag(LabFeatures.OwnRoot))
            return $"/tmp/cephtest-{Environment.ProcessId}-{job.Spec.JobId}-{Guid.NewGuid().ToString("N")[..8]}";
        return user == "root" ? "/root/cephtest" : $"/home/{user}/cephtest";
    }
}

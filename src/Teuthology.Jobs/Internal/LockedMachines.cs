using System.Globalization;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>The lease of a job, for the internal tasks that come after the lock.</summary>
internal sealed class LockedMachines
{
    public IMachineLease? Lease { get; set; }

    /// <summary>The machine type that a job gets, or several with commas between: of its order, its own keys, the site's default; null for any.</summary>
    public static string? TypeOf(JobSpec job, JobOptions options) => job.MachineType ?? (job.Config.Get("machine-type") ?? job.Config.Get("machine_type")) switch
    {
        YamlList types => string.Join(',', types),
        string type => type,
        _ => options.Site.DefaultMachineType,
    };

    /// <summary>The version of the operating system that a job asks for, written out when YAML took it for a number; null for any.</summary>
    public static string? VersionOf(YamlMap job) => job.Get("os_version") switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("0.0#", CultureInfo.InvariantCulture),
        _ => null,
    };

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

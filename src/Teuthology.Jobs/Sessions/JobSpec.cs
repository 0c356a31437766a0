using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>One job to run: what a suite, a job file or a queue hands over.</summary>
public sealed record JobSpec
{
    /// <summary>The job's configuration: roles, tasks, overrides …; never changed by a run.</summary>
    public required YamlMap Config { get; init; }

    /// <summary>Upstream's description text, suite in front, e.g. <c>rbd/basic/{…}</c>; null for a bare job file.</summary>
    public string? Description { get; init; }

    /// <summary>Run name: the archive's directory.</summary>
    public required string RunName { get; init; }

    /// <summary>Job id within the run, digits.</summary>
    public required string JobId { get; init; }

    /// <summary>Directory that holds the job's fragments' root (<c>suites/</c>), where tasks find workunits; null when there is none.</summary>
    public string? SuitesDirectory { get; init; }

    /// <summary>Owner of the locks; null means user@host.</summary>
    public string? Owner { get; init; }

    /// <summary>The job's own archive directory; null puts it below that of all runs, as <c>run name/job id</c>.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>Whether the job's <c>targets</c> are the machines to use. Else the lab gives machines and <c>targets</c> is replaced, as upstream's queue does.</summary>
    public bool OwnTargets { get; init; }

    /// <summary>Whether the job waits until enough machines are free; else too few end it at once.</summary>
    public bool WaitForMachines { get; init; } = true;

    /// <summary>Kind of machine, before <c>machine-type</c> and <c>machine_type</c> of the configuration; null leaves it to them.</summary>
    public string? MachineType { get; init; }

    /// <summary>Whether the job is skipped, with the reason, where <see cref="IJobReadiness"/> misses something; else it fails for it. For suites that were written for
    /// other labs.</summary>
    public bool SkipUnready { get; init; }
}

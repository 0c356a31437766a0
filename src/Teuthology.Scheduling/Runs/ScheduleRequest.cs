using Teuthology.Suites;

namespace Teuthology.Scheduling;

/// <summary>A run of a suite that is to be queued.</summary>
public sealed record ScheduleRequest
{
    /// <summary>What every job has.</summary>
    public required JobTemplate Template { get; init; }

    /// <summary>Which jobs.</summary>
    public required SuiteSelection Selection { get; init; }

    /// <summary>The directory of suites.</summary>
    public required SuiteTree Tree { get; init; }

    /// <summary>Makes jobs of a template.</summary>
    public required Func<JobTemplate, JobComposer> Compose { get; init; }

    /// <summary>The user's own YAML files, for the command lines that a dry run shows.</summary>
    public IReadOnlyList<string> OverlayPaths { get; init; } = [];

    /// <summary>Owner where the template names none.</summary>
    public string FallbackOwner { get; init; } = ScheduleTerms.DefaultOwner;

    /// <summary>How often each job is queued.</summary>
    public int Num { get; init; } = 1;

    /// <summary>How many commits to go back until all packages are there.</summary>
    public int Newest { get; init; }

    /// <summary>The commits to go back to, newest first; asked once, with a commit and a number, when packages are missing.</summary>
    public Func<string, int, CancellationToken, Task<IReadOnlyList<string>>>? Parents { get; init; }

    /// <summary>Whether the suites come from the same branch of the same repository as the product, and follow it back.</summary>
    public bool SuiteFollows { get; init; }

    /// <summary>Pause between jobs.</summary>
    public TimeSpan Throttle { get; init; }

    /// <summary>Any number of jobs may have this priority.</summary>
    public bool ForcePriority { get; init; }

    /// <summary>Most jobs; 0 for any number.</summary>
    public long Threshold { get; init; }

    /// <summary>Look for each job's packages, unless it says <c>verify_ceph_hash</c>.</summary>
    public bool VerifyPackages { get; init; } = true;

    /// <summary>Queue jobs whose packages are missing.</summary>
    public bool AllowMissingPackages { get; init; }

    /// <summary>How often a job is tried again that the lab failed; null for what the site says.</summary>
    public int? RetryInfrastructure { get; init; }

    /// <summary>Who gets the results; null for nobody.</summary>
    public string? ResultsEmail { get; init; }

    /// <summary>How long the mail waits for the jobs.</summary>
    public TimeSpan ResultsTimeout { get; init; }

    /// <summary>Whether the jobs' logs tell more.</summary>
    public bool Verbose { get; init; }

    /// <summary>Queue nothing.</summary>
    public bool DryRun { get; init; }
}

namespace Teuthology.Jobs;

/// <summary>How a job ended; texts on the wire and in summary.yaml are the lower-case names.</summary>
public enum JobStatus
{
    /// <summary>Every task entered and unwound without failure.</summary>
    Pass,

    /// <summary>A task, a check or a clean-up failed.</summary>
    Fail,

    /// <summary>The lab failed the job: lock, connection, machine, kill.</summary>
    Dead,

    /// <summary>It was not run: the lab cannot give what it needs.</summary>
    Skip,
}

namespace Teuthology.Scheduling;

/// <summary>How the jobs of a run get their machines.</summary>
public sealed record MachineChoice
{
    /// <summary>Whether a job's <c>targets</c> are its machines; else the lab gives them.</summary>
    public bool OwnTargets { get; init; }

    /// <summary>Whether a job waits until enough machines are free.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>Kind of machine; null leaves it to the job.</summary>
    public string? MachineType { get; init; }
}

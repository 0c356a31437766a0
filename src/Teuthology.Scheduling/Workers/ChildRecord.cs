namespace Teuthology.Scheduling;

/// <summary>What a worker writes down of a job's process, for the one that comes after it.</summary>
public sealed record ChildRecord
{
    /// <summary>The process, as <see cref="ControllerProcess"/> names it.</summary>
    public string Process { get; init; } = "";

    /// <summary>Who watches it, as <see cref="ControllerProcess"/> names it.</summary>
    public string Parent { get; init; } = "";

    /// <summary>Name of the run.</summary>
    public required string RunName { get; init; }

    /// <summary>The job's claim.</summary>
    public required ClaimFile Claim { get; init; }

    /// <summary>The job's archive directory.</summary>
    public required string Archive { get; init; }

    /// <summary>Owner of the job's locks.</summary>
    public string? Owner { get; init; }

    /// <summary>When it was started, UTC.</summary>
    public DateTime Since { get; init; }

    /// <summary>Whether it tells of a suite's begin or end, and runs nothing.</summary>
    public bool IsSuiteEnd { get; init; }

    /// <summary>Whether it needs machines.</summary>
    public bool HasRoles { get; init; }
}

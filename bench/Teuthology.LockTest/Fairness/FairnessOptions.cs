namespace Teuthology.LockTest;

/// <summary>How many jobs want what.</summary>
internal sealed record FairnessOptions
{
    public int Jobs { get; init; } = 40;

    public int Machines { get; init; } = 12;

    /// <summary>Most machines that a job wants; at least 1.</summary>
    public int Widest { get; init; } = 6;

    /// <summary>Processes that run the jobs.</summary>
    public int Controllers { get; init; } = 4;

    /// <summary>How long a job works at most, in milliseconds; at least a quarter of it.</summary>
    public int LongestJob { get; init; } = 6000;

    /// <summary>Of a hundred starts of machines so many fail.</summary>
    public int StartFailures { get; init; } = 5;

    /// <summary>Controllers that are killed with kill -9.</summary>
    public int Kills { get; init; } = 2;

    /// <summary>Leases that somebody breaks.</summary>
    public int Breaks { get; init; } = 3;

    public int Seed { get; init; } = 1;
}

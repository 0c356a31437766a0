namespace Teuthology.LockTest;

/// <summary>What is tested, how long and how.</summary>
internal sealed record TrialOptions
{
    /// <summary><c>sqlite</c>, <c>postgres</c> or <c>server</c>.</summary>
    public required string Store { get; init; }

    /// <summary>Clients, each a process.</summary>
    public int Clients { get; init; } = 16;

    /// <summary>Machines for them, 1 to 99.</summary>
    public int Machines { get; init; } = 12;

    /// <summary>How long faults are made.</summary>
    public double Seconds { get; init; } = 60;

    public int Seed { get; init; } = 1;

    public Mutant Mutant { get; init; }

    /// <summary>The longest lease, in milliseconds.</summary>
    public int LongestLease { get; init; } = 2500;

    /// <summary>File for the history.</summary>
    public required string History { get; init; }
}

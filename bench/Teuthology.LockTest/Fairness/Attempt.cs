namespace Teuthology.LockTest;

/// <summary>One way of a job through the lab; a job whose attempt fails is asked for again. Times in seconds since the first job was asked for.</summary>
internal sealed record Attempt(int Job, int Width)
{
    /// <summary>When it stood in line, the last time.</summary>
    public double Queued { get; set; } = double.NaN;

    /// <summary>When it had machines, the last time; NaN when it never did.</summary>
    public double Claimed { get; set; } = double.NaN;

    /// <summary>When it had none any more.</summary>
    public double Ended { get; set; } = double.NaN;

    /// <summary>Null for the one that did the work.</summary>
    public string? Failure { get; set; }

    public bool HasHeld => !double.IsNaN(Claimed);

    /// <summary>When somebody else unlocked its machines; it learns that later.</summary>
    public double Broken { get; set; } = double.NaN;

    /// <summary>What it held before and gave back because a machine did not come up.</summary>
    public List<double> HeldBefore { get; } = [];

    public double Held => !HasHeld ? 0 : (double.IsNaN(Broken) ? Ended : Math.Min(Broken, Ended)) - Claimed;
}

namespace Teuthology.Scheduling;

/// <summary>How a worker or dispatcher works.</summary>
public sealed record WorkerOptions
{
    /// <summary>The tube it takes jobs from.</summary>
    public required string Tube { get; init; }

    /// <summary>Directory above all runs.</summary>
    public required string Archive { get; init; }

    /// <summary>Its own log.</summary>
    public required string LogFile { get; init; }

    /// <summary>Where it notes its jobs' processes, so that its successor finds them.</summary>
    public required string ChildrenDirectory { get; init; }

    /// <summary>The program that runs jobs: <c>teuthology</c>.</summary>
    public required string Program { get; init; }

    /// <summary>Variables for it besides this process's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The queue, as <see cref="QueueBackend.Open"/> takes it; null for the site's.</summary>
    public string? Backend { get; init; }

    /// <summary>Kind of machine that all jobs get; null for what they ask for.</summary>
    public string? MachineType { get; init; }

    /// <summary>Kind of embedded lab; null for the usual.</summary>
    public string? LabKind { get; init; }

    /// <summary>Whether its jobs tell more.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether to end when there are no jobs.</summary>
    public bool ExitWhenEmpty { get; init; }

    /// <summary>How many jobs it may have at work at once; a dispatcher has no limit but the machines.</summary>
    public int MostJobs { get; init; } = 1;

    /// <summary>How long one look for a job waits.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The site's configuration.</summary>
    public SiteConfig Site { get; init; } = SiteConfig.Empty;
}

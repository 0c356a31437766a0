namespace Teuthology.Results;

/// <summary>A run as the store knows it. Times are UTC.</summary>
public sealed record RunRecord
{
    /// <summary>The run's name, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Who started it; empty when the name does not tell.</summary>
    public string User { get; init; } = "";

    /// <summary>Suite, e.g. <c>rbd:basic</c>.</summary>
    public string Suite { get; init; } = "";

    /// <summary>Branch of the product.</summary>
    public string Branch { get; init; } = "";

    /// <summary>Kind of machines.</summary>
    public string MachineType { get; init; } = "";

    /// <summary>Start as the name tells it.</summary>
    public DateTime Scheduled { get; init; }

    /// <summary>When the store first heard of it.</summary>
    public DateTime Posted { get; init; }

    /// <summary>When its first job began to run.</summary>
    public DateTime? Started { get; init; }

    /// <summary>Last change of it or of one of its jobs.</summary>
    public DateTime Updated { get; init; }

    /// <summary>Number of jobs by state; states without jobs are missing.</summary>
    public IReadOnlyDictionary<string, int> Results { get; init; } = new Dictionary<string, int>();

    /// <summary>Commit of the product, from the run's first job.</summary>
    public string? Sha1 { get; init; }

    /// <summary>Flavor of the packages, from the run's first job.</summary>
    public string? Flavor { get; init; }

    /// <summary>Priority, from the run's first job.</summary>
    public int? Priority { get; init; }

    /// <summary>Number of jobs.</summary>
    public int JobsCount => Results.Values.Sum();

    /// <summary>The run's status, see <see cref="RunStatus"/>.</summary>
    public string Status => RunStatus.Of(Results);
}

namespace Teuthology.Scheduling;

/// <summary>A run to do.</summary>
public sealed record RunRequest
{
    /// <summary>Name of the run.</summary>
    public required string RunName { get; init; }

    /// <summary>Its jobs; listed while the run goes on, so there may be very many.</summary>
    public required IEnumerable<PlannedJob> Jobs { get; init; }

    /// <summary>Directory of suites, where tasks find workunits; null for none.</summary>
    public string? SuitesDirectory { get; init; }

    /// <summary>Whether jobs that this lab cannot run are skipped with the reason rather than failed.</summary>
    public bool SkipUnready { get; init; }

    /// <summary>Owner of the locks; null for user@host.</summary>
    public string? Owner { get; init; }

    /// <summary>Archive directory of the run's only job; null puts all below the archive of all runs.</summary>
    public string? JobArchive { get; init; }

    /// <summary>How the jobs get their machines.</summary>
    public MachineChoice Machines { get; init; } = new();

    /// <summary>How many jobs may run side by side; null for as many as there are machines for.</summary>
    public int? AtOnce { get; init; }
}

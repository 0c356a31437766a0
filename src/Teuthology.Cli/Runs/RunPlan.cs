using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What a verb wants run.</summary>
/// <param name="Jobs">The jobs.</param>
internal sealed record RunPlan(IEnumerable<PlannedJob> Jobs)
{
    /// <summary>Counts the jobs, those included that turn out to be dropped; null when there are too many to count.</summary>
    public required Func<long?> Count { get; init; }

    /// <summary>The configuration of the only job, to be checked before anything is done; null for the jobs of a suite.</summary>
    public YamlMap? Alone { get; init; }

    /// <summary>What the user should know before it begins; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Where tasks find workunits; null for nowhere.</summary>
    public string? SuitesDirectory { get; init; }

    /// <summary>Whether jobs that this lab cannot run are skipped with the reason.</summary>
    public bool SkipUnready { get; init; }

    /// <summary>How the jobs get their machines.</summary>
    public MachineChoice Machines { get; init; } = new();

    /// <summary>How many jobs may run side by side; null for as many as there are machines for.</summary>
    public int? AtOnce { get; init; }
}

using System.ComponentModel.DataAnnotations;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>proc_thrasher</c>.</summary>
public sealed record ProcessThrasherOptions
{
    /// <summary>Role on whose machine the processes run.</summary>
    public required string Role { get; init; }

    /// <summary>Command of each process, for bash.</summary>
    public required string Command { get; init; }

    /// <summary>How many run at once.</summary>
    [Range(1, 1000)]
    public int NumProcs { get; init; } = 5;

    /// <summary>Time between two kills.</summary>
    public TimeSpan RestPeriod { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How long it goes on.</summary>
    public TimeSpan RunTime { get; init; } = TimeSpan.FromSeconds(1000);

    /// <summary>Seed of the choice of whom to kill.</summary>
    public int Seed { get; init; }
}

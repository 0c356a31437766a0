using System.ComponentModel.DataAnnotations;

namespace Teuthology.Tasks;

/// <summary>How <see cref="ProcessThrasher"/> goes about it.</summary>
public record ProcessThrasherOptions
{
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

using System.ComponentModel.DataAnnotations;

namespace MyLab.Tests.Tasks;

/// <summary>What jobs can say of <c>mylab.mail</c>.</summary>
public sealed record MailOptions
{
    /// <summary>Role whose machine gets the letters.</summary>
    public required string To { get; init; }

    /// <summary>How many.</summary>
    [Range(1, 100)]
    public int Letters { get; init; } = 1;

    /// <summary>In which language.</summary>
    public Language Language { get; init; }

    /// <summary>Time between two letters: <c>0.5</c> (seconds), <c>200ms</c>, <c>2m</c>.</summary>
    public TimeSpan Pause { get; init; }
}

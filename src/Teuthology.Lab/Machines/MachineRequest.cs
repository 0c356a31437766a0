namespace Teuthology.Lab;

/// <summary>What a job asks a lab for.</summary>
public sealed record MachineRequest
{
    /// <summary>How many machines, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Who asks: <c>user@host</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>What for; upstream puts the job's archive path here.</summary>
    public required string Description { get; init; }

    /// <summary>Kind of machine; null takes any.</summary>
    public string? MachineType { get; init; }

    /// <summary>Whether to wait until enough machines are free; else too few are an error at once.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>What the machines must be able to do.</summary>
    public LabFeatures Features { get; init; }
}

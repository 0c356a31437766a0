namespace Teuthology.Lab;

/// <summary>How many machines of which kind.</summary>
public sealed record LockManyRequest
{
    /// <summary>How many, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Kinds, any of which does.</summary>
    public required IReadOnlyList<string> MachineTypes { get; init; }

    /// <summary>Operating system that they must have now; null for any.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version; null for any.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Architecture; null for any.</summary>
    public string? Arch { get; init; }

    /// <summary>How long to wait in line when too few are free; zero answers at once. A server of others knows no line and ignores it.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The place in line that an earlier refusal told, so that it is kept between two requests.</summary>
    public long? Ticket { get; init; }
}

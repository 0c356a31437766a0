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

    /// <summary>Kind of machine, or several of which any will do, as <see cref="MachineTypeText"/> reads them; null takes any.</summary>
    public string? MachineType { get; init; }

    /// <summary>Operating system, e.g. <c>ubuntu</c>; null takes what the machines have, or get by default.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version, e.g. <c>22.04</c>.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it; null takes any.</summary>
    public string? Arch { get; init; }

    /// <summary>Whether to wait until enough machines are free; else too few are an error at once.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>What the machines must be able to do.</summary>
    public LabFeatures Features { get; init; }

    /// <summary>Machines that will not do: they failed this job already.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>Places, from 0, of the machines that must have a kernel of their own, whose modules they load.</summary>
    public IReadOnlySet<int> OwnKernels { get; init; } = new HashSet<int>();

    /// <summary>Name of the snapshot that the machines begin with, each with the disk of its place; null for fresh ones.</summary>
    public string? FromSnapshot { get; init; }

    /// <summary>Name of the run that the job belongs to; null for none.</summary>
    public string? Run { get; init; }

    /// <summary>Number of the job in it.</summary>
    public string? Job { get; init; }

    /// <summary>How large the machines must be at least, where they are made to measure; null leaves it to the site.</summary>
    public ServerNeeds? Needs { get; init; }
}

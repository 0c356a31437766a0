using System.ComponentModel.DataAnnotations;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>radosbenchsweep</c>.</summary>
public sealed record RadosBenchSweepOptions : IValidatableObject
{
    /// <summary>Columns that there are.</summary>
    internal static readonly IReadOnlyList<string> AllColumns = ["rep", "num_osd", "num_replica", "size", "avg_throughput", "avg_latency", "stdev_throughput", "stdev_latency"];

    /// <summary>The one client that writes.</summary>
    public required IReadOnlyList<string> Clients { get; init; }

    /// <summary>The cluster.</summary>
    public string Cluster { get; init; } = "ceph";

    /// <summary>Seconds of each measurement.</summary>
    [Range(1, 86400)]
    public int Time { get; init; } = 120;

    /// <summary>Only <c>write</c>.</summary>
    public string Mode { get; init; } = "write";

    /// <summary>Bytes of each write.</summary>
    public IReadOnlyList<long> Size { get; init; } = [4 << 20];

    /// <summary>How often each is measured.</summary>
    [Range(1, 1000)]
    public int Repetitions { get; init; } = 1;

    /// <summary>Fewest copies of an object.</summary>
    [Range(1, 10)]
    public int MinNumReplicas { get; init; } = 3;

    /// <summary>Most copies of an object.</summary>
    [Range(1, 10)]
    public int MaxNumReplicas { get; init; } = 3;

    /// <summary>Fewest OSDs; all when not given.</summary>
    public int? MinNumOsds { get; init; }

    /// <summary>Most OSDs; all when not given.</summary>
    public int? MaxNumOsds { get; init; }

    /// <summary>Name of the table in the job's archive.</summary>
    public string File { get; init; } = "radosbench.csv";

    /// <summary>Its columns, in order.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [.. AllColumns.Where(c => c != "size")];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Clients.Count != 1)
            yield return new ValidationResult("'clients' must be one client", [nameof(Clients)]);
        if (Mode != "write")
            yield return new ValidationResult("'mode' must be write", [nameof(Mode)]);
        if (MinNumReplicas > MaxNumReplicas)
            yield return new ValidationResult("'min_num_replicas' must not be more than 'max_num_replicas'", [nameof(MinNumReplicas)]);
        if (Columns.FirstOrDefault(c => !AllColumns.Contains(c)) is { } column)
            yield return new ValidationResult($"there is no column '{column}'; there are: {string.Join(", ", AllColumns)}", [nameof(Columns)]);
        if (Size.Count == 0 || Size.Any(s => s < 1))
            yield return new ValidationResult("'size' must be a list of numbers of bytes", [nameof(Size)]);
        if (File.Contains('/') || File.Length == 0)
            yield return new ValidationResult("'file' must be a name without directories", [nameof(File)]);
    }
}

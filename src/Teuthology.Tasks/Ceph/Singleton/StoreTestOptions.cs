using System.ComponentModel.DataAnnotations;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>ceph_objectstore_tool</c>.</summary>
public sealed record StoreTestOptions
{
    /// <summary>The cluster.</summary>
    public string Cluster { get; init; } = "ceph";

    /// <summary>Objects in each pool.</summary>
    [Range(1, 1000)]
    public int Objects { get; init; } = 10;

    /// <summary>Placement groups of each pool.</summary>
    [Range(1, 128)]
    public int Pgnum { get; init; } = 12;
}

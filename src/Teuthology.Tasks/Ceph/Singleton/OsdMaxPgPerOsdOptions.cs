using System.ComponentModel.DataAnnotations;

namespace Teuthology.Tasks;

/// <summary>Configuration of <c>osd_max_pg_per_osd</c>.</summary>
public sealed record OsdMaxPgPerOsdOptions
{
    /// <summary>The cluster.</summary>
    public string Cluster { get; init; } = "ceph";

    /// <summary>Whether groups are refused at their creation; else when they move to an OSD that has enough.</summary>
    public bool TestCreateFromMon { get; init; } = true;

    /// <summary>Placement groups of each pool, the number that the OSDs' limit is set to; 2 and 1 by the test unless told.</summary>
    [Range(1, 64)]
    public int? PgNum { get; init; }

    /// <summary>Whether a replica goes out, so that the primary has a group that its new peer refuses; else the primary.</summary>
    public bool FromPrimary { get; init; } = true;

    /// <summary>Noted only; copies are those of the cluster's default, as upstream.</summary>
    public int? PoolSize { get; init; }
}

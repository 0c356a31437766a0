namespace Teuthology.Tasks;

/// <summary>The copy of an object that a scrub test damages.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Pool">Pool of the object, which has one placement group.</param>
/// <param name="Pg">That group.</param>
/// <param name="Acting">The OSDs that have a copy.</param>
/// <param name="Osd">The one whose copy is damaged.</param>
internal sealed record ScrubVictim(CephCluster Cluster, string Pool, string Pg, IReadOnlyList<int> Acting, CephDaemon Osd)
{
    /// <summary>Name of the object.</summary>
    public const string Object = "scrub_test_obj";

    /// <summary>A key of its omap.</summary>
    public const string Key = "key";
}

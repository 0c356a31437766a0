using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A daemon, or client, of a cluster: who and where.</summary>
/// <param name="Cluster">Name of the cluster, <c>ceph</c> as a rule.</param>
/// <param name="Type">mon, mgr, osd, mds or client.</param>
/// <param name="Id">Id within the type, e.g. <c>0</c>.</param>
/// <param name="Remote">The machine that has the role.</param>
public sealed record CephDaemon(string Cluster, string Type, string Id, Remote Remote)
{
    /// <summary>The role as jobs write it.</summary>
    public string Role => new Role(Cluster, Type, Id).ToString();

    /// <summary>The name inside the cluster: <c>type.id</c>.</summary>
    public string Name => $"{Type}.{Id}";

    /// <summary>Its data directory on the machine.</summary>
    public string DataDirectory => $"/var/lib/ceph/{Type}/{Cluster}-{Id}";
}

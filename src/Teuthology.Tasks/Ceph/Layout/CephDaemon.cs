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

    /// <summary>Its id inside the cluster: the role's, but for metadata servers with a number, which Ceph refuses since Jewel: <c>mds.0</c> is called <c>mds.mds0</c>.</summary>
    public string DaemonId => Type == "mds" && char.IsAsciiDigit(Id[0]) ? $"mds{Id}" : Id;

    /// <summary>The name inside the cluster: <c>type.id</c>.</summary>
    public string Name => $"{Type}.{DaemonId}";

    /// <summary>Its data directory on the machine.</summary>
    public string DataDirectory => $"/var/lib/ceph/{Type}/{Cluster}-{DaemonId}";
}

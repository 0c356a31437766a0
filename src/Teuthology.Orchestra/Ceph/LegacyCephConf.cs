namespace Teuthology.Orchestra;

/// <summary>
/// What upstream's <c>misc</c> puts into a ceph.conf of old: addresses of monitors and standby metadata servers. Clusters of the task
/// <c>ceph</c> have a configuration of their own.
/// </summary>
public static class LegacyCephConf
{
    private const int FirstPort = 6789;

    /// <summary>
    /// Addresses of the monitors by role: <c>ip:port</c>, <c>v1:ip:port</c>, or <c>v2:ip:port,v1:ip:port+1</c>, with ports from 6789 up on each IP
    /// address; upstream's <c>get_mons</c>.
    /// </summary>
    /// <param name="roles">Roles of each host.</param>
    /// <param name="ips">IP address of each host.</param>
    /// <param name="version2">With version 2 of the messenger (<c>mon_bind_msgr2</c>), which needs vectors.</param>
    /// <param name="vectors">As vectors (<c>mon_bind_addrvec</c>).</param>
    /// <exception cref="ConfigurationException">There is no monitor, or version 2 is asked for without vectors.</exception>
    public static IReadOnlyDictionary<string, string> MonAddresses(IReadOnlyList<IReadOnlyList<string>> roles, IReadOnlyList<string> ips, bool version2 = false, bool vectors = false)
    {
        ArgumentNullException.ThrowIfNull(roles);
        ArgumentNullException.ThrowIfNull(ips);
        if (version2 && !vectors)
            throw new ConfigurationException("mon_bind_msgr2 needs mon_bind_addrvec");
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        var addresses = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        for (var host = 0; host < roles.Count; host++)
        {
            var ip = ips[host];
            foreach (var role in Role.OfType(roles[host], "mon"))
            {
                var port = next.GetValueOrDefault(ip, FirstPort);
                addresses[role] = version2 ? $"v2:{ip}:{port},v1:{ip}:{port + 1}" : vectors ? $"v1:{ip}:{port}" : $"{ip}:{port}";
                next[ip] = port + (version2 ? 2 : 1);
            }
        }

        return addresses.Count > 0 ? addresses : throw new ConfigurationException("there are no monitors among the roles");
    }

    /// <summary>
    /// Sections of a ceph.conf by daemon: <c>mon addr</c> of each monitor, and <c>mds standby for name</c> of metadata servers whose name has
    /// <c>-s-</c>; upstream's <c>skeleton_config</c> without its template.
    /// </summary>
    /// <param name="roles">Roles of each host.</param>
    /// <param name="ips">IP address of each host.</param>
    /// <param name="cluster">Of which Ceph cluster.</param>
    /// <param name="version2">With version 2 of the messenger.</param>
    /// <param name="vectors">As vectors.</param>
    /// <exception cref="ConfigurationException">As <see cref="MonAddresses"/>.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Skeleton(
        IReadOnlyList<IReadOnlyList<string>> roles, IReadOnlyList<string> ips, string cluster = Role.DefaultCluster, bool version2 = false, bool vectors = false)
    {
        ArgumentNullException.ThrowIfNull(roles);
        var sections = new OrderedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (role, address) in MonAddresses(roles, ips, version2, vectors))
        {
            if (Role.Split(role).Cluster == cluster)
                sections[Role.DaemonOf(role)] = new Dictionary<string, string>(StringComparer.Ordinal) { ["mon addr"] = address };
        }

        foreach (var name in roles.SelectMany(host => Role.OfType(host, "mds", cluster)).Select(Role.DaemonOf))
        {
            var section = new Dictionary<string, string>(StringComparer.Ordinal);
            if (name.IndexOf("-s-", StringComparison.Ordinal) is var at and >= 0)
                section["mds standby for name"] = name[(at + 3)..];
            sections[name] = section;
        }

        return sections;
    }
}

using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Which daemons and clients of one cluster are on which machines.</summary>
public sealed class CephLayout
{
    private readonly List<CephDaemon> _all;

    private CephLayout(string cluster, List<CephDaemon> all) => (Cluster, _all) = (cluster, all);

    /// <summary>Name of the cluster.</summary>
    public string Cluster { get; }

    /// <summary>Monitors, by id.</summary>
    public IReadOnlyList<CephDaemon> Mons => OfType("mon");

    /// <summary>OSDs, by number.</summary>
    public IReadOnlyList<CephDaemon> Osds => [.. OfType("osd").OrderBy(d => int.Parse(d.Id))];

    /// <summary>Machine of the first monitor in alphabetical order: where commands for the whole cluster run.</summary>
    public Remote FirstMon => Mons[0].Remote;

    /// <summary>Machines with at least one role of the cluster, in the job's order.</summary>
    public IReadOnlyList<Remote> Hosts => [.. _all.Select(d => d.Remote).Distinct()];

    /// <summary>The cluster's daemons and clients as a job's roles tell.</summary>
    /// <param name="machines">The job's machines with their roles.</param>
    /// <param name="cluster">Name of the cluster.</param>
    /// <exception cref="ConfigurationException">No monitor, OSD numbers that are not 0..n-1, or OSDs of two clusters on one machine.</exception>
    public static CephLayout From(Cluster machines, string cluster)
    {
        var all = new List<CephDaemon>();
        foreach (var (remote, roles) in machines.Hosts)
        {
            foreach (var role in roles.Select(Role.TrySplit).OfType<Role>().Where(r => r.Cluster == cluster))
                all.Add(new CephDaemon(cluster, role.Type, role.Id, remote));
            var clusters = roles.Where(Role.IsType("osd")).Select(r => Role.Split(r).Cluster).Distinct().ToList();
            if (clusters.Count > 1)
                throw new ConfigurationException($"host {remote.ShortName} has OSDs of several clusters ({string.Join(", ", clusters)}); give each cluster's OSDs hosts of their own");
        }

        var layout = new CephLayout(cluster, all);
        layout.Check();
        return layout;
    }

    /// <summary>
    /// This layout with a manager on the first monitor's machine when no role is one: roles of the time before Luminous name none, and later
    /// clusters never become healthy without.
    /// </summary>
    public CephLayout WithManager() => OfType("mgr").Count > 0 ? this : new CephLayout(Cluster, [.. _all, new CephDaemon(Cluster, "mgr", "x", FirstMon)]);

    /// <summary>Daemons or clients of a type, by id.</summary>
    /// <param name="type">mon, mgr, osd, mds, client.</param>
    public IReadOnlyList<CephDaemon> OfType(string type) => [.. _all.Where(d => d.Type == type).OrderBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>What of the cluster is on a machine.</summary>
    /// <param name="remote">The machine.</param>
    public IEnumerable<CephDaemon> On(Remote remote) => _all.Where(d => d.Remote == remote);

    /// <summary>Resolves what a task names: roles in full, or <c>type.*</c> for every one of a type.</summary>
    /// <param name="names">E.g. <c>osd.0</c>, <c>mds.*</c>; null means all daemons.</param>
    /// <exception cref="ConfigurationException">One is no daemon of this cluster.</exception>
    public IReadOnlyList<CephDaemon> Resolve(IEnumerable<string>? names)
    {
        var daemons = _all.Where(d => d.Type != "client").ToList();
        if (names is null)
            return daemons;
        var found = new List<CephDaemon>();
        foreach (var name in names)
        {
            var role = Role.Split(name);
            var matches = daemons.Where(d => role.Cluster == Cluster && d.Type == role.Type && (role.Id == "*" || d.Id == role.Id)).ToList();
            if (matches.Count == 0)
                throw new ConfigurationException($"'{name}' is no daemon of cluster {Cluster}; there are: {string.Join(' ', daemons.Select(d => d.Role))}");
            found.AddRange(matches.Except(found));
        }

        return found;
    }

    private void Check()
    {
        if (Mons.Count == 0)
            throw new ConfigurationException($"ceph: no host has a monitor of cluster '{Cluster}': add a role such as {new Role(Cluster, "mon", "a")}");
        var ids = OfType("osd").Select(d => d.Id).ToList();
        var missing = Enumerable.Range(0, ids.Count).Select(n => n.ToString()).Except(ids).FirstOrDefault();
        if (missing is not null)
            throw new ConfigurationException($"ceph: the {ids.Count} OSDs of cluster '{Cluster}' must be numbered 0 to {ids.Count - 1}; osd.{missing} is missing among {string.Join(' ', ids.Select(i => "osd." + i))}");
        if (_all.GroupBy(d => d.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ConfigurationException($"ceph: the role {twice.First().Role} is on {twice.Count()} hosts; daemons and clients need different ids");
    }
}

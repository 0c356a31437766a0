namespace Teuthology.Orchestra;

/// <summary>Questions about the roles of a cluster; upstream's functions of <c>misc</c>.</summary>
public static class ClusterRoles
{
    /// <summary>How many roles of a type there are; upstream's <c>num_instances_of_type</c>.</summary>
    /// <param name="cluster">The hosts.</param>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="ceph">Of which Ceph cluster.</param>
    public static int CountOfType(this Cluster cluster, string type, string ceph = Role.DefaultCluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.AllRoles.Count(Role.IsType(type, ceph));
    }

    /// <summary>Names of the monitors, in the hosts' order; upstream's <c>get_mon_names</c>.</summary>
    /// <param name="cluster">The hosts.</param>
    /// <param name="ceph">Of which Ceph cluster.</param>
    public static IEnumerable<string> MonNames(this Cluster cluster, string ceph = Role.DefaultCluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return Role.OfType(cluster.AllRoles, "mon", ceph);
    }

    /// <summary>The first monitor by the alphabet; upstream's <c>get_first_mon</c>.</summary>
    /// <param name="cluster">The hosts.</param>
    /// <param name="ceph">Of which Ceph cluster.</param>
    /// <exception cref="ConfigurationException"><c>no mon for cluster found</c>.</exception>
    public static string FirstMon(this Cluster cluster, string ceph = Role.DefaultCluster) =>
        cluster.MonNames(ceph).Order(StringComparer.Ordinal).FirstOrDefault() ?? throw new ConfigurationException("no mon for cluster found");

    /// <summary>Ids of clients with their hosts; upstream's <c>get_clients</c>.</summary>
    /// <param name="cluster">The hosts.</param>
    /// <param name="roles">Roles of clients.</param>
    /// <exception cref="ConfigurationException">One is no role of a client, or is not on exactly one host.</exception>
    public static IEnumerable<(string Id, Remote Remote)> Clients(this Cluster cluster, IEnumerable<string> roles)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(roles);
        foreach (var role in roles)
        {
            if (!role.Contains("client.", StringComparison.Ordinal))
                throw new ConfigurationException($"'{role}' is no role of a client");
            yield return (Role.Split(role).Id, cluster.Single(role));
        }
    }

    /// <summary>A task's configuration in which <c>all</c> stands for every client; upstream's <c>replace_all_with_clients</c>.</summary>
    /// <typeparam name="T">What each client gets.</typeparam>
    /// <param name="cluster">The hosts.</param>
    /// <param name="config">By role, or <c>all</c> alone.</param>
    /// <exception cref="ConfigurationException"><c>config cannot have 'all' and specific clients listed</c>.</exception>
    public static IReadOnlyDictionary<string, T> ReplaceAllWithClients<T>(this Cluster cluster, IReadOnlyDictionary<string, T> config)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(config);
        if (!config.TryGetValue("all", out var forAll))
            return config;
        if (config.Count != 1)
            throw new ConfigurationException("config cannot have 'all' and specific clients listed");
        return cluster.IdsOfType("client").Distinct(StringComparer.Ordinal).ToDictionary(id => $"client.{id}", _ => forAll, StringComparer.Ordinal);
    }

    /// <summary>Connects to every host anew, each until it answers; upstream's <c>misc.reconnect</c>.</summary>
    /// <param name="cluster">The hosts.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException"><c>Could not reconnect to USER@HOST</c>.</exception>
    public static Task ReconnectAsync(this Cluster cluster, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return InParallel.ForEachAsync(
            cluster.Remotes,
            async (remote, token) =>
            {
                if (!await remote.TryReconnectAsync(timeout, token))
                    throw new ConnectionLostException(remote.HostName, $"Could not reconnect to {remote.Name}");
            },
            ct);
    }
}

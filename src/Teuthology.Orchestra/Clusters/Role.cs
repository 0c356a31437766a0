namespace Teuthology.Orchestra;

/// <summary>A role: <c>[cluster.]type.id</c>. The cluster is named only when the text has more than one dot; the id may hold dots.</summary>
/// <param name="Cluster">The cluster, <c>ceph</c> where none is named.</param>
/// <param name="Type">mon, osd, client, …</param>
/// <param name="Id">The id within the type.</param>
public sealed record Role(string Cluster, string Type, string Id)
{
    /// <summary>The cluster of roles that name none.</summary>
    public const string DefaultCluster = "ceph";

    /// <summary>Parts of a role by upstream's rule: more than one dot means that the first part is the cluster.</summary>
    /// <param name="role">Such as <c>osd.0</c> or <c>backup.osd.0</c>.</param>
    /// <exception cref="ConfigurationException">The role has no dot.</exception>
    public static Role Split(string role) => TrySplit(role)
        ?? throw new ConfigurationException($"Invalid role '{role}', roles must be of format [<cluster>.]<type>.<id>");

    /// <summary>As <see cref="Split"/>, but null for a free-form role without a dot.</summary>
    /// <param name="role">A role.</param>
    public static Role? TrySplit(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        var parts = role.Split('.', 3);
        return parts.Length switch
        {
            1 => null,
            2 => new Role(DefaultCluster, parts[0], parts[1]),
            _ => new Role(parts[0], parts[1], parts[2]),
        };
    }

    /// <summary>Predicate for <see cref="Orchestra.Cluster.Only(Func{string, bool}[])"/>: roles of one type, of one cluster where it is given.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">A cluster, or null for any.</param>
    public static Func<string, bool> IsType(string type, string? cluster = null) =>
        role => TrySplit(role) is { } parts && parts.Type == type && (cluster is null || parts.Cluster == cluster);

    /// <summary>Ids of the roles of one type, of any cluster, in order.</summary>
    /// <param name="roles">Roles of a host.</param>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">A cluster, or null for any.</param>
    public static IEnumerable<string> IdsOfType(IEnumerable<string> roles, string type, string? cluster = null) =>
        roles.Where(IsType(type, cluster)).Select(role => Split(role).Id);

    /// <summary>The roles of one type in full, in order.</summary>
    /// <param name="roles">Roles of a host.</param>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">A cluster, or null for any.</param>
    public static IEnumerable<string> OfType(IEnumerable<string> roles, string type, string? cluster = null) =>
        roles.Where(IsType(type, cluster));

    /// <summary>A role without its cluster; upstream's <c>ceph_role('c.osd.1')</c> is <c>osd.1</c>.</summary>
    /// <param name="role">A role.</param>
    /// <exception cref="ConfigurationException">The role has no dot.</exception>
    public static string DaemonOf(string role) => Split(role).Daemon;

    /// <summary>The role without its cluster: <c>type.id</c>, as Ceph names a daemon.</summary>
    public string Daemon => $"{Type}.{Id}";

    /// <summary>The role in full, the cluster only where it is not the default.</summary>
    public override string ToString() => Cluster == DefaultCluster ? Daemon : $"{Cluster}.{Daemon}";
}

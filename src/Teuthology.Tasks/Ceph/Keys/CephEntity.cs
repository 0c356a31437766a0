namespace Teuthology.Tasks;

/// <summary>Someone with a key and capabilities, e.g. <c>osd.0</c>.</summary>
/// <param name="Name">Entity name, e.g. <c>mon.</c> or <c>client.admin</c>.</param>
/// <param name="Key">Its key.</param>
/// <param name="Caps">Capabilities in order: daemon type and what is allowed there.</param>
public sealed record CephEntity(string Name, string Key, IReadOnlyList<(string Service, string Allowed)> Caps)
{
    /// <summary>An entity with a new key and the capabilities that upstream gives to its type.</summary>
    /// <param name="name">Entity name: <c>mon.</c>, <c>client.admin</c>, <c>osd.0</c> ….</param>
    /// <param name="created">Creation time to note in the key.</param>
    public static CephEntity Create(string name, DateTimeOffset created) => new(name, CephKey.Generate(created), CapsOf(name));

    private static (string Service, string Allowed)[] CapsOf(string name) => name switch
    {
        "mon." => [("mon", "allow *")],
        "client.admin" => [("mon", "allow *"), ("osd", "allow *"), ("mds", "allow *"), ("mgr", "allow *")],
        _ when name.StartsWith("osd.") => [("mon", "allow *"), ("mgr", "allow *"), ("osd", "allow *")],
        _ when name.StartsWith("mgr.") => [("mon", "allow profile mgr"), ("osd", "allow *"), ("mds", "allow *")],
        _ when name.StartsWith("mds.") => [("mon", "allow *"), ("mgr", "allow *"), ("osd", "allow *"), ("mds", "allow")],
        _ => [("mon", "allow rw"), ("mgr", "allow r"), ("osd", "allow rwx"), ("mds", "allow")],
    };
}

namespace Teuthology.Lab;

/// <summary>What /etc/os-release says of this host, see os-release(5).</summary>
internal static class HostSystem
{
    /// <summary>ID and VERSION_ID; "linux" and "unknown" where they are missing.</summary>
    public static (string System, string Version) Read()
    {
        var values = File.Exists("/etc/os-release")
            ? File.ReadAllLines("/etc/os-release").Select(line => line.Split('=', 2)).Where(p => p.Length == 2)
                .ToDictionary(p => p[0], p => p[1].Trim('"', '\''), StringComparer.Ordinal)
            : [];
        return (values.GetValueOrDefault("ID", "linux"), values.GetValueOrDefault("VERSION_ID", "unknown"));
    }
}

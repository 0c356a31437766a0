namespace Teuthology.OpenStack;

/// <summary>What somebody is about to make.</summary>
public sealed record ResourceNeed
{
    /// <summary>Servers.</summary>
    public int Servers { get; init; }

    /// <summary>Processors of all of them.</summary>
    public int Cores { get; init; }

    /// <summary>Memory of all of them, in MiB.</summary>
    public int Ram { get; init; }

    /// <summary>Volumes.</summary>
    public int Volumes { get; init; }

    /// <summary>Size of all of them, in GiB.</summary>
    public int Gigabytes { get; init; }

    /// <summary>Floating IPs.</summary>
    public int FloatingIps { get; init; }

    /// <summary>Ports; servers take one for each of their networks.</summary>
    public int Ports { get; init; }

    /// <summary>Security groups.</summary>
    public int SecurityGroups { get; init; }

    /// <summary>What some servers take.</summary>
    /// <param name="flavor">Their size.</param>
    /// <param name="count">How many.</param>
    public static ResourceNeed Of(Flavor flavor, int count) => new() { Servers = count, Cores = flavor.Vcpus * count, Ram = flavor.Ram * count };

    /// <summary>Both together.</summary>
    public static ResourceNeed operator +(ResourceNeed left, ResourceNeed right) => new()
    {
        Servers = left.Servers + right.Servers,
        Cores = left.Cores + right.Cores,
        Ram = left.Ram + right.Ram,
        Volumes = left.Volumes + right.Volumes,
        Gigabytes = left.Gigabytes + right.Gigabytes,
        FloatingIps = left.FloatingIps + right.FloatingIps,
        Ports = left.Ports + right.Ports,
        SecurityGroups = left.SecurityGroups + right.SecurityGroups,
    };
}

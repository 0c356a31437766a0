namespace Teuthology.Orchestra;

/// <summary>What a host is.</summary>
public sealed record HostFacts
{
    /// <summary>Distribution, version, codename, kind of packages.</summary>
    public required OsFacts Os { get; init; }

    /// <summary>Processor as <c>uname -m</c> names it: x86_64, aarch64.</summary>
    public required string Arch { get; init; }

    /// <summary>Kernel release.</summary>
    public required string Kernel { get; init; }

    /// <summary>Its own idea of its full name.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether systemd runs it.</summary>
    public required bool HasSystemd { get; init; }

    /// <summary><c>systemd</c> or null; upstream, which asks for the program systemctl, says <c>systemd</c> in a container without one running, too.</summary>
    public string? InitSystem => HasSystemd ? "systemd" : null;

    /// <summary>Whether it is a Docker or Podman container.</summary>
    public required bool IsContainer { get; init; }

    /// <summary>Processors available.</summary>
    public required int Processors { get; init; }

    /// <summary>Memory in bytes.</summary>
    public required long MemoryBytes { get; init; }
}

using System.Globalization;

namespace Teuthology.Lab;

/// <summary>What a job wants each of its servers to have, as <c>openstack:</c> of jobs and of the site's configuration tells it.</summary>
/// <param name="Ram">Memory in MB.</param>
/// <param name="Disk">Root disk in GB.</param>
/// <param name="Cpus">Processors.</param>
/// <param name="Volumes">Number of volumes that are attached.</param>
/// <param name="VolumeSize">Size of each volume in GB.</param>
public sealed record ServerNeeds(int Ram, int Disk, int Cpus, int Volumes, int VolumeSize)
{
    /// <summary>Upstream's defaults: 8000 MB, 20 GB, one processor, no volumes.</summary>
    public static ServerNeeds Default { get; } = new(8000, 20, 1, 0, 1);

    /// <summary>Nothing at all: what is merged with it stays as it is.</summary>
    public static ServerNeeds None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>The larger of both in each respect, as upstream merges hints.</summary>
    /// <param name="other">The other needs.</param>
    public ServerNeeds Max(ServerNeeds other) => new(
        Math.Max(Ram, other.Ram), Math.Max(Disk, other.Disk), Math.Max(Cpus, other.Cpus), Math.Max(Volumes, other.Volumes), Math.Max(VolumeSize, other.VolumeSize));

    /// <summary><c>8000 MB, 20 GB, 1 CPU, 2 volumes of 10 GB</c>.</summary>
    public override string ToString()
    {
        var machine = string.Create(CultureInfo.InvariantCulture, $"{Ram} MB, {Disk} GB, {Cpus} CPU{(Cpus == 1 ? "" : "s")}");
        return Volumes == 0 ? machine : string.Create(CultureInfo.InvariantCulture, $"{machine}, {Volumes} volume{(Volumes == 1 ? "" : "s")} of {VolumeSize} GB");
    }
}

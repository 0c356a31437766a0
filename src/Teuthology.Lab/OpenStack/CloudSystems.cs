namespace Teuthology.Lab;

/// <summary>Where the makers of operating systems publish their images for clouds.</summary>
internal static class CloudSystems
{
    private static readonly Dictionary<string, string> DebianNames = new(StringComparer.Ordinal) { ["11"] = "bullseye", ["12"] = "bookworm", ["13"] = "trixie" };

    /// <summary>The image of a system; null where none is known.</summary>
    /// <param name="osType">The system.</param>
    /// <param name="osVersion">Its version.</param>
    /// <param name="arch">Architecture as <c>uname -m</c> tells it.</param>
    public static GuestImage? Find(string osType, string osVersion, string arch)
    {
        var debian = arch switch { "x86_64" => "amd64", "aarch64" => "arm64", _ => arch };
        var url = osType switch
        {
            "ubuntu" when DefaultSystems.CodenameOf(osVersion) is var name && name != osVersion => $"https://cloud-images.ubuntu.com/{name}/current/{name}-server-cloudimg-{debian}.img",
            "debian" when DebianNames.TryGetValue(osVersion.Split('.')[0], out var name) => $"https://cloud.debian.org/images/cloud/{name}/latest/debian-{osVersion.Split('.')[0]}-genericcloud-{debian}.qcow2",
            "centos" when osVersion is "9.stream" or "10.stream" => $"https://cloud.centos.org/centos/{osVersion[..^7]}-stream/{arch}/images/CentOS-Stream-GenericCloud-{osVersion[..^7]}-latest.{arch}.qcow2",
            "rocky" when osVersion.Split('.')[0] is var major => $"https://dl.rockylinux.org/pub/rocky/{major}/images/{arch}/Rocky-{major}-GenericCloud.latest.{arch}.qcow2",
            _ => null,
        };
        return url is null ? null : new GuestImage { OsType = osType, OsVersion = osVersion, Arch = arch, Url = url };
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Lab;

/// <summary>What the machines' operating system is made of.</summary>
internal sealed record ImageRecipe
{
    private static readonly string[] System =
    [
        "apt", "debian-archive-keyring", "libeatmydata1", "ca-certificates", "xz-utils", "zstd", "bzip2",
        "openssh-server", "openssh-client", "sudo", "iproute2", "iputils-ping", "netcat-openbsd", "nftables", "curl", "rsync",
        "procps", "psmisc", "less", "kmod", "lsb-release", "logrotate", "attr", "acl", "jq", "bc", "git",
        "lvm2", "xfsprogs", "parted", "fuse3", "python3", "python3-pytest", "python3-boto3", "s3cmd",
        // Scripts of Ceph's suites take these for granted
        "gcc", "libc6-dev", "make", "file", "gawk", "wget", "uuid-runtime", "xmlstarlet", "libamazon-s3-perl", "python3-nose",
    ];

    private static readonly string[] Rare =
    [
        "fio", "mpich", "fuse2fs", "python3-cram", "dnsmasq-base",
        // what a Debian package is built with, see the task buildpackages
        "build-essential", "fakeroot",
        // s3-tests and ragweed
        "python3-boto", "python3-munch", "python3-gevent", "python3-isodate", "python3-requests", "python3-tz", "python3-httplib2", "python3-lxml",
        // what qa/cephfs/begin.yaml installs for each job of CephFS
        "bison", "flex", "libelf-dev", "libssl-dev", "network-manager", "dump", "indent", "libaio-dev", "libtool-bin", "uuid-dev", "xfslibs-dev",
    ];

    private static readonly string[] Ceph =
    [
        "ceph", "ceph-base", "ceph-common", "ceph-mon", "ceph-mgr", "ceph-osd", "ceph-mds", "ceph-fuse", "ceph-test",
        "ceph-immutable-object-cache", "cephfs-mirror", "cephfs-shell", "cephfs-top", "radosgw", "rbd-fuse", "rbd-mirror", "rbd-nbd",
        "python3-ceph", "python3-rados", "python3-rbd", "python3-rgw", "python3-cephfs", "libsqlite3-mod-ceph",
        "libcephfs-dev", "librados-dev", "libradospp-dev", "libradosstriper-dev", "librbd-dev", "librgw-dev", "rados-objclass-dev",
        .. Rare,
    ];

    /// <summary>Debian release, e.g. <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>Packages that every machine has from the start.</summary>
    public IReadOnlyList<string> Installed { get; init; } = System;

    /// <summary>Packages that a machine can install offline; what they need besides is there from the start.</summary>
    public IReadOnlyList<string> Offered { get; init; } = Ceph;

    /// <summary>Source package of which nothing is installed from the start.</summary>
    public string HeldSource { get; init; } = "ceph";

    /// <summary>Of the offered ones, those that only few jobs want: what nobody else needs is not installed from the start either.</summary>
    public IReadOnlyList<string> Held { get; init; } = Rare;

    /// <summary>What the build script reads from its environment.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OS_PACKAGES"] = string.Join(' ', Installed),
        ["REPO_PACKAGES"] = string.Join(' ', Offered),
        ["HELD_SOURCE"] = HeldSource,
        ["HELD_PACKAGES"] = string.Join(' ', Held),
    };

    /// <summary>Changes with everything that the image depends on and we decide; 16 hex digits.</summary>
    public string Hash()
    {
        var text = string.Join('\n', [Suite, .. Variables.Select(v => $"{v.Key}={v.Value}"), EmbeddedScripts.BuildImage]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}

using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>What tasks of Ceph's suites need besides being written: kernels, programs that only builds with tests have, services of other hosts.</summary>
internal static class KnownNeeds
{
    /// <summary>The kernel's client of CephFS.</summary>
    public static readonly JobNeed KernelCephFs = new(NeedKind.Machine, "kernel client of CephFS", "machines of this lab share the host's kernel; ceph-fuse is another client");

    /// <summary>The kernel's block devices of RBD images.</summary>
    public static readonly JobNeed KernelRbd = new(NeedKind.Machine, "kernel client of RBD", "machines of this lab share the host's kernel");

    /// <summary>Network block devices.</summary>
    public static readonly JobNeed Nbd = new(NeedKind.Machine, "nbd devices", "machines of this lab have no kernel modules of their own");

    /// <summary>Whether a machine with a kernel of its own has it: a virtual one of the embedded lab loads these modules.</summary>
    public static bool IsOfKernel(JobNeed need) => need == KernelCephFs || need == KernelRbd || need == Nbd;

    /// <summary>An init system that starts services.</summary>
    public static readonly JobNeed Systemd = new(NeedKind.Machine, "systemd", "machines of this lab start no services; their programs run under sshd alone");

    /// <summary>A switch for the power of machines.</summary>
    public static readonly JobNeed Power = new(NeedKind.Machine, "power switch", "powercycle wants consoles that cut the power, by IPMI as a rule");

    private static readonly JobNeed s_containers = new(NeedKind.Machine, "containers", "cephadm runs daemons in containers of a registry's images");
    private static readonly JobNeed s_guests = new(NeedKind.Machine, "nested virtual machines", "the task boots a guest on an RBD image");
    private static readonly JobNeed s_target = new(NeedKind.Machine, "iSCSI target", "the kernel's iSCSI modules");
    private static readonly JobNeed s_samba = new(NeedKind.Package, "samba", "with a Ceph module built for the release under test");

    private static readonly Dictionary<string, JobNeed[]> s_tasks = new(StringComparer.Ordinal)
    {
        ["kclient"] = [KernelCephFs],
        ["locktest"] = [KernelCephFs],
        ["rbd"] = [KernelRbd],
        ["rbd.modprobe"] = [KernelRbd],
        ["rbd.dev_create"] = [KernelRbd],
        ["rbd.mkfs"] = [KernelRbd],
        ["rbd.mount"] = [KernelRbd],
        ["rbd.xfstests"] = [KernelRbd],
        ["cephadm"] = [s_containers],
        ["ceph_iscsi"] = [s_containers],
        ["qemu"] = [s_guests],
        ["tgt"] = [s_target],
        ["samba"] = [s_samba],
        ["cifs_mount"] = [s_samba],
        ["buildpackages"] = [From("github.com", "Ceph's sources, and what its build downloads")],
        ["ceph_deploy"] = [new(NeedKind.Package, "ceph-deploy", "it ended with Ceph 16")],
        ["rados"] = [Test("ceph_test_rados")],
        ["rbd_fsx"] = [Test("ceph_test_librbd_fsx")],
        ["filestore_idempotent"] = [Test("ceph_test_filestore_idempotent")],
        ["watch_notify_stress"] = [Test("multi_stress_watch")],
        ["omapbench"] = [Test("ceph_omapbench")],
        ["keystone"] = [From("opendev.org", "Keystone's sources")],
        ["barbican"] = [From("opendev.org", "Barbican's sources")],
        ["tempest"] = [From("opendev.org", "Tempest's sources")],
        ["vault"] = [From("releases.hashicorp.com", "Vault")],
        ["keycloak"] = [From("downloads.jboss.org", "Keycloak")],
        ["pykmip"] = [From("github.com", "PyKMIP's sources")],
        ["immutable_object_cache"] = [new(NeedKind.Binary, "libceph_librbd_parent_cache.so", "Debian's librbd comes without this plugin")],
        ["cbt"] = [From("github.com", "cbt's sources")],
        ["s3tests_java"] = [From("github.com", "java_s3tests and its packages")],
        ["tox"] = [From("pypi.org", "Python packages")],
        ["hadoop"] = [From("archive.apache.org", "Hadoop")],
        ["s3a_hadoop"] = [From("archive.apache.org", "Hadoop and Maven")],
        ["ceph_ansible"] = [From("github.com", "ceph-ansible's playbooks")],
        ["cephmetrics"] = [From("github.com", "cephmetrics' playbooks")],
    };

    /// <summary>What a task needs; nothing for one that needs no more than its own kind.</summary>
    /// <param name="task">Its name; what stands behind a dot is a part of the task before it.</param>
    public static IReadOnlyList<JobNeed> Of(string task)
    {
        var name = task.Replace('-', '_');
        return s_tasks.GetValueOrDefault(name) ?? (name.StartsWith("cephadm.", StringComparison.Ordinal) ? s_tasks["cephadm"] : []);
    }

    /// <summary>A program that Ceph builds with its tests only.</summary>
    public static JobNeed Test(string program) => new(NeedKind.Binary, program, "Debian's ceph-test has none of Ceph's test programs");

    /// <summary>Something to be fetched.</summary>
    public static JobNeed From(string host, string what) => new(NeedKind.Download, host, $"{what}; machines of this lab reach no other host");
}

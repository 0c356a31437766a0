using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// Tasks of upstream that need what no machine of ours has. A job that names one is told what that is, instead of that the task is unknown.
/// </summary>
[Task("buildpackages")]
[Task("ceph_ansible")]
[Task("cephmetrics")]
[Task("hadoop")]
[Task("install.ceph_deploy_upgrade")]
[Task("iscsi")]
[Task("kernel.install_latest_rh_kernel")]
[Task("knfsd")]
[Task("nfs")]
[Task("pcp")]
[Task("tests")]
public sealed class UnmetTask : IJobTask
{
    private static readonly Dictionary<string, string> Needs = new(StringComparer.Ordinal)
    {
        ["buildpackages"] = "virtual machines of OpenStack to build packages on; packages that are built already are had by install with gitbuilder_host or shaman",
        ["ceph_ansible"] = "the ceph-ansible repository, bare disks, and machines with systemd; its playbooks can be run by the task ansible with repo and playbook",
        ["cephmetrics"] = "the cephmetrics repository, machines with systemd, and tox on the controller; its playbook can be run by the task ansible with repo and playbook",
        ["hadoop"] = "Java and the Hadoop 2.5.2 archive, which no Debian package offers",
        ["install.ceph_deploy_upgrade"] = "ceph-deploy, which ended with Ceph 16; use install.upgrade",
        ["iscsi"] = "the kernel modules iscsi_tcp and target_core_mod, a target daemon, and open-iscsi",
        ["kernel.install_latest_rh_kernel"] = "machines that run Red Hat's Linux and that can reboot",
        ["knfsd"] = "the kernel module nfsd, the package nfs-kernel-server, and machines with systemd",
        ["nfs"] = "the kernel module nfs, the package nfs-common, and a server that knfsd started",
        ["pcp"] = "a Performance Co-Pilot server with Grafana that collects from the machines",
        ["tests"] = "upstream's Python test runner; this framework's own tests are run by dotnet test",
    };

    /// <summary>What a task needs; null for a task that is none of these.</summary>
    /// <param name="name">Name of the task.</param>
    public static string? NeedOf(string name) => Needs.GetValueOrDefault(name.Replace('-', '_'));

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => throw run.Wrong($"it needs {NeedOf(run.Name)}");
}

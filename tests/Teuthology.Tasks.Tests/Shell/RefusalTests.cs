namespace Teuthology.Tasks.Tests;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("timer:", "task 'timer': write a description behind it")]
    [InlineData("localdir: [client.7]", "task 'localdir': No host has the role 'client.7'")]
    [InlineData("localdir: {client.0: x}", "task 'localdir': its configuration must be a list, not a mapping")]
    [InlineData("lockfile: [{client: client.0, lockfile: f, holdtime: 1, maxwiat: 2}]", "task 'lockfile': unknown key '[0].maxwiat' (known: client, lockfile, holdtime")]
    [InlineData("lockfile: [{client: client.0, holdtime: 1}]", "task 'lockfile': '[0].lockfile' is missing")]
    [InlineData("lockfile: [{client: client.0, lockfile: ../f, holdtime: 1}]", "must be a path below the client's mount")]
    [InlineData("lockfile: [soon]", "task 'lockfile': '[0]' must be a mapping or a number of seconds")]
    [InlineData("tasktest: {dealy: 5}", "task 'tasktest': unknown key 'dealy' (known: id, delay)")]
    [InlineData("exec_on_cleanup: {client.9: [ls]}", "task 'exec_on_cleanup': No host has the role 'client.9'")]
    [InlineData("proc_thrasher: {role: client.0}", "'command' is missing")]
    [InlineData("proc_thrasher: {role: client.0, command: ls, num_proc: 3}", "unknown key 'num_proc'; did you mean 'num_procs'?")]
    [InlineData("selinux: {mode: permisive}", "did you mean 'permissive'?")]
    [InlineData("mpi: {}", "'exec' is missing")]
    [InlineData("mpi: {exec: ls, nodes: some}", "task 'mpi': 'nodes' must be 'all' or a list of roles")]
    [InlineData("ssh_keys: {bits: 4096}", "task 'ssh_keys': it takes no configuration")]
    public async Task Task_WrongConfiguration_NamesTheKeyAndTheLine(string task, string message)
    {
        var result = (await PaperJob.RefusalAsync(task, ["a.0", "client.0"])).Message;
        Assert.Contains("job.yaml:3:", result);
        Assert.Contains(message, result);
    }

    [Theory]
    [InlineData("buildpackages", "OpenStack")]
    [InlineData("ceph_ansible", "ceph-ansible repository")]
    [InlineData("cephmetrics", "cephmetrics repository")]
    [InlineData("hadoop", "Java")]
    [InlineData("install.ceph_deploy_upgrade", "use install.upgrade")]
    [InlineData("iscsi", "iscsi_tcp")]
    [InlineData("kernel.install_latest_rh_kernel", "can reboot")]
    [InlineData("knfsd", "nfsd")]
    [InlineData("nfs", "nfs-common")]
    [InlineData("pcp", "Performance Co-Pilot")]
    [InlineData("tests", "dotnet test")]
    public async Task Task_ThatCannotBe_SaysWhatItNeeds(string task, string need)
    {
        var result = (await PaperJob.RefusalAsync(task + ":", ["a.0"])).Message;
        Assert.Contains($"job.yaml:3:3: task '{task}': it needs ", result);
        Assert.Contains(need, result);
    }
}

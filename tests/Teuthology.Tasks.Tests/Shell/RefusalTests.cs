namespace Teuthology.Tasks.Tests;

/// <summary>What jobs are told of their tasks' configuration, before a machine is locked.</summary>
public sealed class RefusalTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [Theory]
    [InlineData("timer:", "task 'timer': write a description behind it")]
    [InlineData("localdir: [client.7]", "task 'localdir': No host has the role 'client.7'")]
    [InlineData("localdir: {client.0: x}", "task 'localdir': its configuration must be a list, not a mapping")]
    [InlineData("lockfile: [{client: client.0, lockfile: f, holdtime: 1, maxwiat: 2}]", "task 'lockfile': unknown key '[0].maxwiat'; did you mean 'maxwait'?")]
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
    [InlineData("mpi: {exec: ls, nodes: [client.7]}", "task 'mpi': No host has the role 'client.7'")]
    [InlineData("mpi: {exec: ls, nodes: []}", "task 'mpi': 'nodes' is empty")]
    [InlineData("mpi: {exec: \"'ls\"}", "task 'mpi': 'exec' has no closing quotation in: 'ls")]
    [InlineData("nfs:", "task 'nfs': it needs a mapping of clients, each with its 'server'")]
    [InlineData("nfs: [client.0]", "task 'nfs': it needs a mapping of clients, each with its 'server'")]
    [InlineData("nfs: {client.0: {}}", "task 'nfs: client.0': 'server' is missing; it must be a text")]
    [InlineData("nfs: {client.0: {server: client.3}}", "task 'nfs': No host has the role 'client.3'")]
    [InlineData("nfs: {client.0: {server: a.0}}", "task 'nfs': 'a.0' is no client: this needs roles such as client.0")]
    [InlineData("nfs: {a.0: {server: client.0}}", "task 'nfs': 'a.0' is no client")]
    [InlineData("knfsd: {client.0: {option: [rw]}}", "task 'knfsd: client.0': unknown key 'option'; did you mean 'options'?")]
    [InlineData("knfsd: [7]", "task 'knfsd': entry 1 must be a role such as client.0")]
    [InlineData("knfsd: client.0", "task 'knfsd': its configuration must be a list of roles or a mapping of roles to settings")]
    [InlineData("iscsi: {client.0: }", "task 'iscsi': 'client.0' must be a client with the client that has its target")]
    [InlineData("iscsi: [client.4]", "task 'iscsi': No host has the role 'client.4'")]
    [InlineData("common_fs_utils.generic_mkfs:", "task mkfs must be configured with a list or dictionary")]
    [InlineData("common_fs_utils.generic_mkfs: {client.0: {fs_tipe: ext4}}", "unknown key 'fs_tipe'; did you mean 'fs_type'?")]
    [InlineData("common_fs_utils.generic_mount: {client.0: [a]}", "the image of 'client.0' must be a text")]
    [InlineData("hadoop: {hdfs: true}", "task 'hadoop': it needs one machine with a role 'hadoop.master.…', not 0")]
    [InlineData("pcp: {grafanna: false}", "unknown key 'grafanna'; did you mean 'grafana'?")]
    [InlineData("selinux: {hosts: [client.5]}", "task 'selinux': All target hosts were excluded!")]
    [InlineData("parallel_example: [b.1]", "task 'parallel_example': No host has the role 'b.1'")]
    [InlineData("ceph_ansible:", "task 'ceph_ansible': the job has no monitor")]
    [InlineData("cephmetrics: {tests: ''}", "task 'cephmetrics': 'tests' must name a program")]
    [InlineData("tests: {mode: cli}", "task 'tests': Tests requiring remote nodes conflicts with CLI mode")]
    [InlineData("tests: {path: /nowhere/x.dll}", "task 'tests': 'path' /nowhere/x.dll is not there")]
    [InlineData("rbd-mirror: {client: osd.0}", "task 'rbd-mirror': 'osd.0' is no client")]
    [InlineData("rbd-mirror: {client: client.7}", "task 'rbd-mirror': No host has the role 'client.7'")]
    [InlineData("cephfs_mirror: {}", "task 'cephfs_mirror': 'client' is missing")]
    [InlineData("osd_max_pg_per_osd: {pg_nmu: 2}", "did you mean 'pg_num'?")]
    [InlineData("ceph_objectstore_tool: {objects: 0}", "'objects' must be between 1 and 1000")]
    [InlineData("cram: {clients: {client.0: [x.sh]}}", "task 'cram': tests must end in .t, and 'x.sh' does not")]
    [InlineData("cram: {clients: {}}", "task 'cram': 'clients' names nobody")]
    [InlineData("immutable_object_cache: {client.0: {path: /x/y}}", "task 'immutable_object_cache': 'client.0' has the unknown key 'path'")]
    [InlineData("rbd_fio: {client.0: {formats: [3]}}", "'formats' must hold 1 or 2")]
    [InlineData("rbd_fio: {client.0: {io-engin: rbd}}", "did you mean 'io_engine'?")]
    [InlineData("radosbenchsweep: {clients: [client.0, client.1]}", "'clients' must be one client")]
    [InlineData("radosbenchsweep: {clients: [client.7]}", "task 'radosbenchsweep': No host has the role 'client.7'")]
    [InlineData("radosbenchsweep: {clients: [client.0], columns: [speed]}", "there is no column 'speed'; there are: rep, num_osd")]
    [InlineData("radosbenchsweep: {clients: [client.0], min_num_replicas: 4}", "'min_num_replicas' must not be more than 'max_num_replicas'")]
    [InlineData("restart: {exec: {}}", "task 'restart': 'exec' names nobody")]
    [InlineData("restart: {exec: {client.7: [x]}}", "task 'restart': No host has the role 'client.7'")]
    [InlineData("dnsmasq:", "task 'dnsmasq': it needs a mapping of roles to names")]
    [InlineData("dnsmasq: {client.0: [a b]}", "'a b' of 'client.0' is no name of a host")]
    [InlineData("dnsmasq: {client.0: {a.test: client.9}}", "task 'dnsmasq': No host has the role 'client.9'")]
    [InlineData("s3tests: [client.0]", "'client.0' must name a branch of s3-tests: force-branch")]
    [InlineData("s3tests: {client.0: {force-branch: b, rgw-sever: client.1}}", "did you mean 'rgw_server'?")]
    [InlineData("s3tests: {a.0: {force-branch: b}}", "'a.0' is no client")]
    [InlineData("ragweed: {client.0: {stages: 'check,prepare'}}", "'stages' of 'client.0' must be prepare, check or prepare,check")]
    [InlineData("buildpackages: {good_machine: large}\n- install:", "'good_machine' must be a mapping with the keys disk (GB), ram (MB) and cpus")]
    [InlineData("buildpackages: {min_machine: {rma: 1}}\n- install:", "'min_machine.rma' is no part of a machine's size; did you mean 'ram'?")]
    [InlineData("buildpackages: {timeout: soon}\n- install:", "'timeout' must be a number of seconds above 0")]
    [InlineData("buildpackages: {script: make.sh}\n- install:", "'script' make.sh is no file on this host; it must be an absolute path")]
    [InlineData("buildpackages: {git: here}\n- install:", "'git' is no key of it")]
    [InlineData("ragweed: {client.0: {extra_args: {a: b}}}", "'extra_args' of 'client.0' must be a text or a list")]
    public async Task Task_WrongConfiguration_NamesTheKeyAndTheLine(string task, string message)
    {
        var refusal = await RefusalAsync(task);
        Assert.StartsWith("job.yaml:3:", refusal);
        Assert.Contains(message, refusal);
    }

    [Theory]
    [InlineData("install.ceph_deploy_upgrade", "use install.upgrade")]
    [InlineData("kernel.install_latest_rh_kernel", "can reboot")]
    public async Task Task_ThatCannotBe_SaysWhatItNeeds(string task, string need)
    {
        // What builds packages is dropped from a job that installs none, as upstream.
        var refusal = await RefusalAsync(task + ":\n- install:");
        Assert.Contains($"job.yaml:3:3: task '{task}': it needs ", refusal);
        Assert.Contains(need, refusal);
    }

    [Theory]
    [InlineData("exec: {z.1: [ls]}", "No host has the role 'z.1'. The roles of this job are: a.0, client.0, twice, client.1, twice")]
    [InlineData("exec: {twice: [ls]}", "The role 'twice' is on 2 hosts")]
    [InlineData("background_exec: {twice: ls}", "The role 'twice' is on 2 hosts")]
    [InlineData("pexec: {twice: [ls]}", "The role 'twice' is on 2 hosts")]
    [InlineData("mpi: {exec: ls, nodes: [twice]}", "The role 'twice' is on 2 hosts")]
    [InlineData("proc_thrasher: {role: twice, command: ls}", "The role 'twice' is on 2 hosts")]
    [InlineData("nfs: {client.0: {server: twice}}", "The role 'twice' is on 2 hosts")]
    [InlineData("lockfile: [{client: twice, lockfile: f, holdtime: 1}]", "The role 'twice' is on 2 hosts")]
    [InlineData("exec: {}", "it needs roles with their commands")]
    [InlineData("exec:", "it needs roles with their commands")]
    [InlineData("exec: {client.0: {a: b}}", "the commands of 'client.0' must be a list")]
    [InlineData("exec: [ls]", "its configuration must be a mapping, not a list")]
    [InlineData("pexec: {sudo: maybe, client.0: [ls]}", "'sudo' must be true or false, not the text 'maybe'")]
    [InlineData("lockfile: []", "it needs a list of {client, lockfile, holdtime, …} and of seconds to wait")]
    [InlineData("sequential: [nosuch]", "no top-level section 'nosuch'; to run the task of that name write '- nosuch:'")]
    [InlineData("parallel: {exec: }", "'parallel' needs a list of tasks")]
    [InlineData("full_sequential_finally: [{exec: {z.1: [ls]}}]", "No host has the role 'z.1'")]
    [InlineData("loop: {count: -1, body: []}", "'count' must not be negative")]
    [InlineData("loop: {count: 2}", "'body' must be a list of tasks")]
    [InlineData("sleep: {duration: -2}", "'duration' must not be negative")]
    public async Task Task_WrongRolesAndLists_AreOneClearError(string task, string message)
    {
        var refusal = await RefusalAsync(task);
        Assert.Matches(@"^job\.yaml:3:\d+: [^\n]+$", refusal);
        Assert.Contains(message, refusal);
    }

    private async Task<string> RefusalAsync(string task)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() =>
            host.Engine.StartAsync(host.Job($"roles: [[a.0, client.0, twice], [client.1, twice]]\ntasks:\n- {task}\n"), null, CancellationToken.None));
        Assert.Empty(await host.Provisioner.StatusAsync(CancellationToken.None));
        return error.Message;
    }
}

using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class JobReadinessTests : IDisposable
{
    private readonly string _checkout = Directory.CreateTempSubdirectory("teuthology-ready-").FullName;

    public void Dispose() => Directory.Delete(_checkout, recursive: true);

    [Fact]
    public void Missing_JobOfOwnTasks_IsNothing()
    {
        Script("rbd/ok.sh", "#!/bin/sh\n# ceph_test_rados is not needed, nor: rbd map\nrbd create x\n");
        Assert.Empty(Missing("{roles: [[mon.a, client.0]], tasks: [install: null, ceph: {conf: {}}, workunit: {clients: {client.0: [rbd/ok.sh arg]}}]}"));
    }

    [Fact]
    public void Missing_TaskWithinGroupsAndSections_IsFound() => Assert.Equal(
        ["machine kernel client of CephFS", "task no_such"],
        Missing("{roles: [[mon.a]], load: [{sequential: [{no-such: null}]}], tasks: [{parallel: [load, {kclient: null}]}]}"));

    [Theory]
    [InlineData("ceph_test_rados --op read 4 && ceph_test_cls_$x", "binary ceph_test_cls_*", "binary ceph_test_rados")]
    [InlineData("DEV=$(sudo rbd map img)", "machine kernel client of RBD")]
    [InlineData("_sudo rbd -p rbd map testimg -t nbd", "machine nbd devices")]
    [InlineData("sudo systemctl restart rbdmap.service", "machine systemd")]
    [InlineData("wget -q http://download.example.net/qa/$file", "download download.example.net")]
    [InlineData("python3 -m nose -v $(dirname $0)/../../../src/test/pybind/test_rados.py", "package python3-nose", "source src/test/pybind/test_rados.py")]
    [InlineData("rbd showmapped; rbd mapping=1; echo mount")]
    public void Missing_WhatAScriptRuns_IsFound(string line, params string[] expected)
    {
        Script("a/b.sh", $"#!/bin/sh\n{line}\n");
        Assert.Equal(expected, Missing("{roles: [[client.0]], tasks: [workunit: {clients: {all: [a]}}]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Missing_ScriptThatIsNotThere_IsASource() =>
        Assert.Equal(["source a/b.sh"], Missing("{roles: [[client.0]], tasks: [workunit: {clients: {all: [a/b.sh]}}]}", Script("c.sh", "true")));

    [Fact]
    public void Missing_TestsOfGateways_AreLookedForWhereTheSiteNamesThem()
    {
        Directory.CreateDirectory(Path.Combine(_checkout, "git", "ragweed.git"));
        var site = Site($"ceph_git_base_url: {_checkout}/git/\n");
        var job = (YamlMap)YamlLoader.Load($"tasks: [s3tests: {{client.0: {{force-branch: x}}}}, s3tests: {{client.0: {{git_remote: '{_checkout}/none'}}}}, ragweed: null]", "job.yaml")!;

        var need = Assert.Single(new JobReadiness(Catalog(), offered: null, 3, site: site).Missing(job, null));

        Assert.Equal((NeedKind.Download, "s3-tests.git"), (need.Kind, need.Name));
        Assert.Equal($"there is no {_checkout}/git/s3-tests.git; ceph_git_base_url of the site names where it is", need.Reason);
        Directory.CreateDirectory(Path.Combine(_checkout, "git", "s3-tests.git"));
        Assert.Equal($"there is no {_checkout}/none/s3-tests.git", Assert.Single(new JobReadiness(Catalog(), offered: null, 3, site: site).Missing(job, null)).Reason.Split(';')[0]);
    }

    [Theory]
    [InlineData("exec: {client.0: ['sudo mount 1.2.3.4:/ /mnt -t ceph']}", "machine kernel client of CephFS")]
    [InlineData("thrashosds: {powercycle: true}", "machine power switch")]
    [InlineData("install: {branch: nautilus}", "package Ceph nautilus")]
    [InlineData("install: {extra_system_packages: {deb: [jq, dump], rpm: [other]}}", "package dump")]
    [InlineData("install: {flavor: crimson}", "package Ceph with crimson")]
    public void Missing_WhatATaskAsksFor_IsFound(string task, string expected) =>
        Assert.Contains(expected, Missing($"{{roles: [[client.0]], tasks: [{task}]}}"));

    [Fact]
    public void Missing_MoreMachinesThanTheLabHas_IsFound() =>
        Assert.Equal(["machine 4 machines"], Missing("{roles: [[a.0], [a.1], [a.2], [a.3]], tasks: [nop: null]}"));

    [Fact]
    public void Missing_PackagesThatNobodyKnows_AreNotMissed() => Assert.Empty(
        new JobReadiness(Catalog(), offered: null, 3).Missing((YamlMap)YamlLoader.Load("tasks: [install: {extra_system_packages: [dump]}]", "job.yaml")!, null));

    [Fact]
    public void Missing_KernelClientsWhereTheLabHasKernels_IsNothing()
    {
        Script("rbd/map.sh", "#!/bin/sh\nsudo rbd map img; sudo rbd-nbd map img\n");
        Assert.Empty(Missing("{roles: [[mon.a], [client.0], [client.1]], tasks: [kclient: [client.0], workunit: {clients: {client.1: [rbd/map.sh]}}]}", kernels: 2));
    }

    [Fact]
    public void Missing_MoreKernelClientsThanKernels_TellsHowManyAndHowToGetThem()
    {
        Assert.Equal(
            ["machine 2 machines with kernels of their own"],
            Missing("{roles: [[mon.a], [client.0], [client.1]], tasks: [kclient: null]}", kernels: 1));
        Assert.Equal(["machine kernel client of CephFS"], Missing("{roles: [[mon.a], [client.0]], tasks: [kclient: null]}"));
    }

    [Theory]
    [InlineData("kclient: null", 1, 2)]
    [InlineData("kclient: [client.1]", 2)]
    [InlineData("kclient: {client.0: {mntopts: [ms_mode=crc]}}", 1)]
    [InlineData("rbd: {all: {image_size: 20}}", 1, 2)]
    [InlineData("workunit: {clients: {client.0: [rbd/map.sh]}}", 1)]
    [InlineData("workunit: {clients: {all: [rbd/map.sh], client.0: [rbd/map.sh]}}", 1, 2)]
    [InlineData("exec: {client.1: ['sudo rbd -p rbd map img']}", 2)]
    [InlineData("parallel: [{sequential: [{rbd.dev_create: [client.1]}]}]", 2)]
    [InlineData("workunit: {clients: {all: [rbd/other.sh]}}")]
    [InlineData("ceph-fuse: null")]
    public void Places_TasksOfTheKernelsClients_AreTheirMachines(string task, params int[] places)
    {
        Script("rbd/map.sh", "#!/bin/sh\nsudo rbd map img\n");
        Script("rbd/other.sh", "#!/bin/sh\nrbd ls\n");
        var job = (YamlMap)YamlLoader.Load($"{{roles: [[mon.a, osd.0], [client.0, osd.1], [client.1]], tasks: [{task}]}}", "job.yaml")!;
        Assert.Equal(places, new JobReadiness(Catalog(), offered: null, 3).Places(job, Path.Combine(_checkout, "qa", "suites"), looksAtScripts: true).Order());
    }

    private SiteConfig Site(string text)
    {
        var file = Path.Combine(_checkout, "site.yaml");
        File.WriteAllText(file, text);
        return SiteConfig.Read(file, _checkout);
    }

    private static TaskCatalog Catalog() => new([typeof(JobReadiness).Assembly, typeof(IJobTask).Assembly]);

    private List<string> Missing(string job, string? _ = null, int kernels = 0) =>
    [
        .. new JobReadiness(Catalog(), InstallOptions.Read([], null).Packages.Append("jq").ToHashSet(), 3, kernels)
            .Missing((YamlMap)YamlLoader.Load(job, "job.yaml")!, Path.Combine(_checkout, "qa", "suites")).Select(need => $"{need.Word} {need.Name}"),
    ];

    private string Script(string path, string text)
    {
        var file = Path.Combine(_checkout, "qa", "workunits", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}

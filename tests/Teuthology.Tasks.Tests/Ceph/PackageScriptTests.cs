using System.Diagnostics;
using Snapshooter.Xunit;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class PackageScriptTests
{
    private static readonly BuildTarget Debian = new("ceph", "default", new OsFacts("debian", "12", "bookworm"), "x86_64");

    [Theory]
    [InlineData("centos", "9.stream")]
    [InlineData("opensuse", "15.5")]
    public void Install_OnRpmMachines_IsWhatTheirToolsTake(string name, string version)
    {
        var target = new BuildTarget("ceph", "default", new OsFacts(name, version, ""), "x86_64");
        var options = InstallOptions.Read((YamlMap)YamlLoader.Load("{packages: {rpm: [ceph, librados2], deb: [x]}, extra_packages: {rpm: [ceph-test]}}", "job.yaml")!, null, kind: "rpm");
        var gitbuilder = PackageScript.Install(options, target, new PackageBuild("http://b/ceph-rpm", "18.2", null));
        var shaman = PackageScript.Install(options, target, new PackageBuild("http://b/ceph-rpm", "18.2", "[ceph]\nbaseurl=http://b\ngpgcheck=0\n"));
        $"{gitbuilder}\n---- shaman\n{shaman}\n---- remove\n{PackageScript.Remove(options, target)}".MatchSnapshot(Snapshooter.SnapshotNameExtension.Create(name));
    }

    [Theory]
    [InlineData("18.2.1-1", "18.2.0-1", true)]
    [InlineData("18.2.0-1", "18.2.0-1", false)]
    [InlineData("18.2.0~rc1-1", "18.2.0-1", false)]
    [InlineData("9.2.0-1", "10.2.0-1", false)]
    public async Task IsGreater_Versions_FollowsThePackageTools(string left, string right, bool expected)
    {
        foreach (var system in new[] { Debian, Debian with { Os = new OsFacts("centos", "9", "") } })
        {
            if (left.Contains('~') && system != Debian)
                continue;
            using var shell = Process.Start("sh", ["-c", PackageScript.IsGreater(left, right, system)]);
            await shell.WaitForExitAsync();
            Assert.Equal(expected, shell.ExitCode == 0);
        }
    }

    [Theory]
    [InlineData("install: {pakages: {deb: [x]}}", "task 'install': 'pakages' is neither a role of this job nor a key of install; did you mean 'packages'?")]
    [InlineData("install: {rhbuild: 5.0}", "task 'install': 'rhbuild' needs 'ds_yaml_dir' in the site's configuration")]
    [InlineData("install: [ceph]", "its configuration must be a mapping, not a list")]
    [InlineData("install: {package_source: pulp}", "Pulp username and password are required")]
    [InlineData("install: {pulp: {username: a, password: b}}", "'pulp.endpoint' is missing")]
    [InlineData("install: {package_source: koji}", "'package_source' is 'koji'; it may be gitbuilder, shaman or pulp")]
    [InlineData("install: {repos: [{url: x}]}", "'repos': 'name' must be of letters")]
    [InlineData("install: {repos: [{name: ../x, url: y}]}", "'repos': 'name' must be of letters")]
    [InlineData("install: {repos: [{name: x, url: y, priority: high}]}", "'repos': 'priority' must be a number")]
    [InlineData("install: {package_source: gitbuilder}", "needs 'gitbuilder_host'")]
    [InlineData("install: {shaman: {force_noarch: true}}", "'shaman.endpoint' is missing")]
    [InlineData("install: {gitbuilder_host: [a]}", "'gitbuilder_host' must be a text")]
    [InlineData("install.upgrade: {project: ceph}", "task 'install.upgrade': it needs 'all' or roles")]
    [InlineData("install.upgrade: {all: main}", "'all' must be a mapping with a tag, branch or sha1")]
    [InlineData("install.upgrade: {osd.9: {branch: main}}", "'osd.9' is neither 'all' nor a role of this job")]
    [InlineData("install.upgrade: {all: {branch: x}, mon.a: {branch: y}}", "'all' must be alone")]
    [InlineData("install.upgrade: {all: {brnach: x}}", "unknown key 'all.brnach'")]
    public async Task Task_WrongConfiguration_NamesTheKeyAndTheLine(string task, string message)
    {
        var error = await PaperJob.RefusalAsync(task, ["mon.a"]);
        Assert.StartsWith("job.yaml:3:", error.Message);
        Assert.Contains(message, error.Message);
    }
}

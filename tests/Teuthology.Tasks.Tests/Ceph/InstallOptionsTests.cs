using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

public sealed class InstallOptionsTests
{
    [Fact]
    public void Read_Nothing_InstallsTheDefaultPackages()
    {
        var options = InstallOptions.Read([], null);
        Assert.Equal(PackageList.BuiltIn.For("ceph", "deb").Where(p => !p.EndsWith("-dbg")), options.Packages);
        Assert.Null(options.Wanted());
        Assert.False(options.Cleanup);
    }

    [Fact]
    public void Read_PackagesExtraAndExcluded_AreTakenTogether() => Assert.Equal(
        ["ceph-osd", "ceph-common", "fio"],
        Read("{packages: {deb: [ceph-mon, ceph-osd], rpm: [ceph]}, extra_packages: [ceph-common, fio, fio], exclude_packages: {deb: [ceph-mon]}}").Packages);

    [Fact]
    public void Read_Overrides_AppendListsAndWin()
    {
        var options = Read("{branch: quincy, extra_packages: [a]}", "{ceph: {sha1: abc, extra_packages: {deb: [b]}}, extra_system_packages: [jq]}".Replace("{deb: [b]}", "[b]"));
        Assert.Equal(["a", "b"], options.Packages.TakeLast(2));
        Assert.Equal(["jq"], options.SystemPackages);
        Assert.Equal("branch quincy", options.Wanted()!.ToString());
    }

    [Fact]
    public void Read_TagBeforeBranchBeforeSha1_TellsTheStrongest() => Assert.Equal("tag v16", Read("{sha1: abc, tag: v16, branch: main}").Wanted()!.ToString());

    [Theory]
    [InlineData("extra_packages: fio")]
    [InlineData("packages: {deb: ceph}")]
    [InlineData("exclude_packages: [{a: b}]")]
    public void Read_NoListOfPackages_NamesKeyAndPlace(string yaml)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(yaml));
        Assert.StartsWith("job.yaml:1:", error.Message);
        Assert.Contains($"'{yaml.Split(':')[0]}' must be a list of packages", error.Message);
    }

    private static InstallOptions Read(string yaml, string? overrides = null) => InstallOptions.Read(
        (YamlMap)YamlLoader.Load(yaml, "job.yaml")!, overrides is null ? null : (YamlMap)YamlLoader.Load(overrides, "job.yaml")!);
}

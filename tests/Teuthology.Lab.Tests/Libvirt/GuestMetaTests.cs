namespace Teuthology.Lab.Tests;

public sealed class GuestMetaTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-meta-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Default_IsUpstreams()
    {
        var meta = Options("downburst: /usr/bin/downburst").MetaOf("vm1");

        Assert.Equal((1, 4, 100L << 30, 100L << 30), (meta.Cpus, meta.AdditionalDisks, meta.DiskSize.Bytes, meta.AdditionalDisksSize.Bytes));
        Assert.Equal(4080218931, meta.Ram.Bytes);
        Assert.Null(Assert.Single(meta.Networks).Source);
    }

    [Fact]
    public void MetaOf_SiteEnvironmentAndFiles_LieOverEachOther()
    {
        File.WriteAllText(Path.Combine(_directory, "all.yaml"), "downburst: {ram: 2G, additional-disks: 1, networks: [{source: front, mac: '52:54:00:AA:00:01'}]}\npublic-keys: [ssh-ed25519 BBBB]\n");
        File.WriteAllText(Path.Combine(_directory, "vm1.yaml"), "downburst: {ram: 3GB, distro: Ubuntu, distroversion: '22.04', arch: amd64}\n");
        var options = Options($"downburst: {{machine: [{{type: vps, cpus: 2, disk: 20G}}, {{type: other, cpus: 9}}]}}\nmachine_types: {{vps: {{meta: ['{_directory}/all.yaml', '{_directory}/{{name}}.yaml']}}}}", ("DOWNBURST_DISK_SIZE", "7G"), ("DOWNBURST_EXTRA_DISK_SIZE", "1G"));

        var meta = options.MetaOf("vm1");

        Assert.Equal((2, 20L << 30, 3_000_000_000, 1, 1L << 30), (meta.Cpus, meta.DiskSize.Bytes, meta.Ram.Bytes, meta.AdditionalDisks, meta.AdditionalDisksSize.Bytes));
        Assert.Equal(("ubuntu", "22.04", "x86_64"), (meta.Distro, meta.DistroVersion, meta.Arch));
        Assert.Equal(("front", "52:54:00:aa:00:01"), (meta.Networks[0].Source, meta.Networks[0].Mac));
        Assert.True(meta.MetaData.ContainsKey("public-keys"));
        Assert.Equal(2L << 30, options.MetaOf("vm2").Ram.Bytes);
    }

    [Theory]
    [InlineData("downburst: {cpu: 2}", "all.yaml:1:13: 'downburst.cpu' is no key that is known; did you mean 'cpus'?")]
    [InlineData("downburst: {ram: lots}", "all.yaml:1:13: 'downburst.ram' must be a size such as 512M, 1.9G or 20GiB")]
    [InlineData("downburst: {rbd-disks: 2}", "disks in a Ceph cluster (rbd-disks) are not made")]
    [InlineData("downburst: {networks: front}", "'downburst.networks' must be a list of mappings")]
    [InlineData("downburst: {networks: [{kind: bridge}]}", "'downburst.networks[0].source' is not set: a bridge has a name")]
    [InlineData("downburst: {networks: [{source: a, mac: nope}]}", "'downburst.networks[0].mac' must be a hardware address")]
    [InlineData("downburst: {networks: [{source: a, address: 10.0.0.7}]}", "'downburst.networks[0].address' must be an address with its prefix length")]
    [InlineData("- downburst", "a meta file is a mapping")]
    public void MetaOf_WrongFile_IsToldWithItsPlace(string yaml, string message)
    {
        var file = Path.Combine(_directory, "all.yaml");
        File.WriteAllText(file, yaml);

        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Options($"machine_types: {{vps: {{provisioner: libvirt, meta: {file}}}}}").MetaOf("vm1")).Message);
    }

    [Fact]
    public void Read_WrongVariable_NamesIt() => Assert.Contains(
        "DOWNBURST_CPUS is 'many'", Assert.Throws<ConfigurationException>(() => Options("downburst: /x", ("DOWNBURST_CPUS", "many"))).Message);

    [Theory]
    [InlineData("libvirt: {ury: x}\ndownburst: /x", "site.yaml:1:11: 'libvirt.ury' is no key that is known; did you mean 'uri'?")]
    [InlineData("machine_types: {vps: {provisioner: libvirt, accel: fast}}", "'machine_types.vps.accel' is 'fast' (known: auto, kvm, tcg)")]
    [InlineData("libvirt: {images: {ubuntu: x}}\ndownburst: /x", "its name is SYSTEM-VERSION")]
    [InlineData("libvirt: {images: {ubuntu-22.04: {sha256: x}}}\ndownburst: /x", "'libvirt.images.ubuntu-22.04.url' is not set")]
    [InlineData("libvirt: {images: {ubuntu-22.04: {url: x, sha256: abc}}}\ndownburst: /x", "must be 64 hexadecimal digits")]
    [InlineData("libvirt: {user_data: /no/such}\ndownburst: /x", "there is no file /no/such")]
    public void Read_WrongKeys_AreToldWithTheirPlace(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Options(yaml)).Message);

    private static LibvirtOptions Options(string yaml, params (string Name, string Value)[] environment) =>
        LibvirtOptions.Read(SiteFile.Type(yaml, "vps"), SiteFile.Read(yaml), "store", name => environment.FirstOrDefault(e => e.Name == name).Value);
}

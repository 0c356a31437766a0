namespace Teuthology.Lab.Tests;

public sealed class MachineTypeTableTests
{
    [Fact]
    public void Read_UpstreamsKeysAndOurs_GiveEachTypeItsProvisioner()
    {
        var types = MachineTypeTable.Read(SiteFile.Read("""
            fog: {endpoint: 'http://fog/fog', machine_types: 'smithi, mira'}
            maas: {machine_types: [gibba]}
            pelagos: {machine_types: hb}
            downburst: {machine: [{type: vps, cpus: 2}, {type: [vm, big]}]}
            machine_types:
              mira: {os_type: ubuntu}
              rack: {provisioner: static, machines: [r1, r2], features: [root, own-root]}
            """)).Types;

        Assert.Equal(
            ["smithi fog", "mira fog", "gibba maas", "hb pelagos", "vps libvirt", "vm libvirt", "big libvirt", "rack static"],
            types.Select(t => $"{t.Name} {t.Provisioner}"));
        Assert.Equal("ubuntu", types.Single(t => t.Name == "mira").OsType);
        Assert.Equal(LabFeatures.Root | LabFeatures.OwnRoot, types.Single(t => t.Name == "rack").Features);
        Assert.Equal(["r1", "r2"], types.Single(t => t.Name == "rack").Machines.Select(m => m.Name));
    }

    [Theory]
    [InlineData("downburst: /usr/bin/downburst", "vps")]
    [InlineData("downburst: {machine: {cpus: 2}}", "vps")]
    public void Read_DownburstWithoutTypes_ServesVps(string yaml, string type) =>
        Assert.Equal(type, Assert.Single(MachineTypeTable.Read(SiteFile.Read(yaml)).Types).Name);

    [Fact]
    public void Read_MachinesWithFacts_KeepsThem()
    {
        var machine = Assert.Single(SiteFile.Type(
            "machine_types: {rack: {provisioner: static, machines: {r1: {address: 10.0.0.1, user: root, ssh_pub_key: ssh-ed25519 AAAA, mac_address: '52:54:00:00:00:01', vpshost: senta01}}}}", "rack").Machines);

        Assert.Equal(("10.0.0.1", "root", "ssh-ed25519 AAAA", "52:54:00:00:00:01", "senta01"), (machine.Address, machine.User, machine.HostKey, machine.MacAddress, machine.VmHost));
    }

    [Fact]
    public void Read_InventoryFile_AddsItsMachines()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "r7: {address: 10.0.0.7}\nr8:\n");
        try
        {
            Assert.Equal(["r1", "r7", "r8"], SiteFile.Type($"machine_types: {{rack: {{provisioner: static, machines: [r1], inventory: {file}}}}}", "rack").Machines.Select(m => m.Name));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("fog: {machine_types: [a, b]}\nmaas: {machine_types: [b]}", "site.yaml:2:8: A machine_type can be used with one provisioner only, but 'b' was found in fog, maas")]
    [InlineData("fog: {machine_types: b}\nmachine_types: {b: {provisioner: static}}", "site.yaml:2:17: A machine_type can be used with one provisioner only, but 'b' was found in fog, static")]
    [InlineData("machine_types: {b: {machines: [x]}}", "site.yaml:1:17: 'machine_types.b' names no provisioner")]
    [InlineData("machine_types: [b]", "site.yaml:1:1: 'machine_types' must be a mapping")]
    [InlineData("fog: {machine_types: {a: b}}", "site.yaml:1:7: 'fog.machine_types' must be a list of texts")]
    [InlineData("machine_types: {b: {provisioner: static, machines: [x, x]}}", "site.yaml:1:42: 'machine_types.b.machines' names x twice")]
    [InlineData("machine_types: {b: {provisioner: static, machines: ['a b']}}", "names a machine 'a b'")]
    [InlineData("machine_types: {b: {provisioner: static, machines: {x: {adress: y}}}}", "'machine_types.b.machines.x.adress' is no key that is known; did you mean 'address'?")]
    [InlineData("machine_types: {b: {provisioner: static, inventory: /no/such/file}}", "there is no file /no/such/file")]
    [InlineData("machine_types: {b: {provisioner: static, features: [rot]}}", "'machine_types.b.features' has 'rot'; did you mean 'root'?")]
    [InlineData("downburst: {machine: [vps]}", "'downburst.machine' must be a mapping, or a list of mappings with 'type'")]
    public void Read_WrongKeys_AreToldWithTheirPlace(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => MachineTypeTable.Read(SiteFile.Read(yaml))).Message);
}

using System.Text.Json.Nodes;
using Teuthology.Yaml;

namespace Teuthology.Lab.Tests;

public sealed class CloudSeedTests
{
    private static readonly CloudSeed Seed = new()
    {
        Name = "vpm001",
        HostName = "vpm001.front.example.com",
        User = "ubuntu",
        AuthorizedKeys = ["ssh-ed25519 AAAA+/= me", "ssh-rsa BBBB you"],
        HostKey = ("-----BEGIN\nx+y\n-----END\n", "ssh-ed25519 CCCC root@vpm001"),
        OsType = "centos",
        Instance = "vpm001-7-x",
        MetaData = (YamlMap)YamlLoader.Load("public-keys: [ssh-ed25519 DDDD]\nregion: here", "meta.yaml")!,
        UserData = (YamlMap)YamlLoader.Load("runcmd: [[touch, /x]]\nmounts: [[/dev/vdb, /mnt]]\nmanage_etc_hosts: false", "user.yaml")!,
        Networks = [new GuestNetwork { Mac = "52:54:00:00:00:01", Address = "10.0.0.7/24", Gateway = "10.0.0.1", NameServers = ["10.0.0.2"] }, new GuestNetwork { Mac = "52:54:00:00:00:02" }],
    };

    [Fact]
    public void UserData_IsACloudConfigWithOurKeysAndTheSitesBehind()
    {
        var text = Seed.UserDataText();
        // cloud-init reads YAML: our JSON has to be that, too
        var data = (YamlMap)YamlLoader.Load(text, "user-data")!;

        Assert.StartsWith("#cloud-config\n{", text);
        Assert.Contains("ssh-ed25519 AAAA+/= me", text);
        Assert.Equal("-----BEGIN\nx+y\n-----END\n", ((YamlMap)data["ssh_keys"]!)["ed25519_private"]);
        Assert.Equal("NOPASSWD:ALL", ((string)((YamlMap)((YamlList)data["users"]!)[0]!)["sudo"]!).Split(' ')[1]);
        Assert.Equal(["passwd -d ubuntu", "touch /x"], ((YamlList)data["runcmd"]!).Cast<YamlList>().Select(words => string.Join(' ', words)));
        Assert.Equal(["git", "wget", "chrony", "python3-pip", "bind-utils"], ((YamlList)data["packages"]!).Cast<string>());
        Assert.True(data.ContainsKey("mounts"));
        Assert.Equal(false, data["manage_etc_hosts"]);
    }

    [Fact]
    public void MetaData_HasNameInstanceAndAllKeys()
    {
        var data = JsonNode.Parse(Seed.MetaDataText())!;

        Assert.Equal(("vpm001-7-x", "vpm001.front.example.com", "here"), ((string?)data["instance-id"], (string?)data["local-hostname"], (string?)data["region"]));
        Assert.Equal(["ssh-ed25519 AAAA+/= me", "ssh-rsa BBBB you", "ssh-ed25519 DDDD"], data["public-keys"]!.AsArray().Select(k => (string?)k));
    }

    [Fact]
    public void NetworkConfig_AddressesOfTheirOwn_AreGivenByHardwareAddress()
    {
        var cards = JsonNode.Parse(Seed.NetworkConfigText()!)!["ethernets"]!;

        Assert.Equal(("52:54:00:00:00:01", "10.0.0.7/24", "10.0.0.1"), ((string?)cards["card0"]!["match"]!["macaddress"], (string?)cards["card0"]!["addresses"]![0], (string?)cards["card0"]!["routes"]![0]!["via"]));
        Assert.True((bool)cards["card1"]!["dhcp4"]!);
        Assert.Null((Seed with { Networks = [Seed.Networks[1]] }).NetworkConfigText());
    }

    [SkippableFact]
    public async Task Write_Disk_IsLabelledAndHasTheFiles()
    {
        Skip.If(CloudSeed.Program() is null, "no program writes it: apt-get install genisoimage");
        var file = Path.GetTempFileName();
        try
        {
            await Seed.WriteAsync(file, CancellationToken.None);

            // ECMA-119: the volume descriptor is in block 16, its name at byte 40
            var image = await File.ReadAllBytesAsync(file);
            Assert.Equal("cidata", System.Text.Encoding.ASCII.GetString(image, (16 * 2048) + 40, 32).Trim());
            var text = System.Text.Encoding.UTF8.GetString(image);
            Assert.Contains(Seed.UserDataText(), text);
            Assert.Contains(Seed.MetaDataText(), text);
            Assert.Contains(Seed.NetworkConfigText()!, text);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

using System.Xml.Linq;

namespace Teuthology.Lab.Tests;

/// <summary>Domains as libvirt's own test driver takes them, and what a seed says.</summary>
public sealed class DomainXmlTests
{
    private static readonly DomainXml Domain = new()
    {
        Name = "vpm001",
        Lab = "abc",
        Fence = 42,
        Owner = "me & you@here",
        Type = "qemu",
        Meta = new GuestMeta { Cpus = 3, Ram = new ByteSize(2L << 30) },
        Disks = [("/pool/a.img", "qcow2", false), ("/pool/b.img", "raw", false), ("/pool/seed.iso", "raw", true)],
        Networks = [new GuestNetwork { Kind = "bridge", Source = "br0", Mac = "52:54:00:00:00:01" }, new GuestNetwork { Source = "front", Mac = "52:54:00:00:00:02" }],
        ConsoleLog = "/var/log/vpm001",
    };

    [Fact]
    public void ToString_Machine_HasItsPartsInOrder()
    {
        var xml = XElement.Parse(Domain.ToString());
        var devices = xml.Element("devices")!;

        Assert.Equal("2097152", xml.Element("memory")!.Value);
        Assert.Equal("3", xml.Element("vcpu")!.Value);
        Assert.Equal("hd", (string?)xml.Element("os")!.Element("boot")!.Attribute("dev"));
        Assert.Null(xml.Element("cpu"));
        Assert.Equal(["vda qcow2 /pool/a.img", "vdb raw /pool/b.img", "vdc raw /pool/seed.iso"], devices.Elements("disk").Select(d =>
            $"{d.Element("target")!.Attribute("dev")!.Value} {d.Element("driver")!.Attribute("type")!.Value} {d.Element("source")!.Attribute("file")!.Value}"));
        Assert.Equal([null, "DWNBRSTVP001001", null], devices.Elements("disk").Select(d => d.Element("serial")?.Value));
        Assert.NotNull(devices.Elements("disk").Last().Element("readonly"));
        Assert.Equal(["bridge br0", "network front"], devices.Elements("interface").Select(i => $"{i.Attribute("type")!.Value} {i.Element("source")!.Attributes().Single().Value}"));
        Assert.Equal("/var/log/vpm001", devices.Element("serial")!.Element("log")!.Attribute("file")!.Value);
    }

    [Fact]
    public void ToString_KernelOfItsOwn_BootsDirectly()
    {
        var os = XElement.Parse((Domain with { Boot = ("/k", "/i", "root=/dev/vda quiet") }).ToString()).Element("os")!;

        Assert.Equal(("/k", "/i", "root=/dev/vda quiet"), (os.Element("kernel")!.Value, os.Element("initrd")!.Value, os.Element("cmdline")!.Value));
        Assert.Null(os.Element("boot"));
    }

    [Fact]
    public void ToString_Kvm_HandsTheProcessorThrough() =>
        Assert.Equal("host-passthrough", XElement.Parse((Domain with { Type = "kvm" }).ToString()).Element("cpu")!.Attribute("mode")!.Value);

    [Fact]
    public void MarkOf_OursAndOthers_TellsThemApart()
    {
        Assert.Equal(("abc", 42, "me & you@here"), DomainXml.MarkOf(Domain.ToString()));
        Assert.Null(DomainXml.MarkOf("<domain type='kvm'><name>x</name></domain>"));
    }

    [SkippableFact]
    public async Task Define_AtLibvirtsTestDriver_KeepsTheMark()
    {
        Skip.If(ToolRun.Find("virsh") is null, "no virsh: apt-get install libvirt-clients");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, (Domain with { Type = "test" }).ToString());
        try
        {
            // Its domains live as long as the connection: all in one call
            var told = await new Virsh("test:///default").RunAsync([$"define {file}; dumpxml vpm001; start vpm001; domstate vpm001"], CancellationToken.None);

            Assert.Contains("running", told);
            Assert.Equal(("abc", 42, "me & you@here"), DomainXml.MarkOf(told[told.IndexOf("<domain", StringComparison.Ordinal)..(told.IndexOf("</domain>", StringComparison.Ordinal) + 9)]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task Run_VirshThatFails_TellsCommandConnectionAndReason()
    {
        Skip.If(ToolRun.Find("virsh") is null, "no virsh: apt-get install libvirt-clients");
        var virsh = new Virsh("test:///default");

        var error = await Assert.ThrowsAsync<TeuthologyException>(() => virsh.RunAsync(["domstate", "nobody"], CancellationToken.None));

        Assert.StartsWith("virsh -c test:///default domstate nobody: error: failed to get domain 'nobody'", error.Message);
        Assert.Null(await virsh.RunUnlessAsync(["failed to get domain"], ["domstate", "nobody"], CancellationToken.None));
        Assert.Equal(["test"], await virsh.LinesAsync(["list", "--name"], CancellationToken.None));
    }

    [Theory]
    [InlineData("qemu:///system", true)]
    [InlineData("qemu+unix:///system?socket=/x/y", true)]
    [InlineData("qemu+ssh://ubuntu@senta01/system?no_tty=1", false)]
    [InlineData("senta01", false)]
    public void IsLocal_Uri_TellsWhetherPathsMeanTheSame(string uri, bool local) => Assert.Equal(local, new Virsh(uri).IsLocal);
}

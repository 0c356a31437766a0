using System.Globalization;
using System.Xml.Linq;

namespace Teuthology.Lab;

/// <summary>A virtual machine as libvirt reads it, see libvirt.org/formatdomain.html.</summary>
internal sealed record DomainXml
{
    private static readonly XNamespace Ours = "urn:teuthology:machine:1";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Which controllers' it is: <see cref="LibvirtOptions.Lab"/>.</summary>
    public required string Lab { get; init; }

    /// <summary>The lease that it was made under.</summary>
    public long Fence { get; init; }

    /// <summary>Who holds it.</summary>
    public string Owner { get; init; } = "";

    /// <summary><c>kvm</c>, or <c>qemu</c> for an emulated processor.</summary>
    public required string Type { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it.</summary>
    public string Arch { get; init; } = "x86_64";

    /// <summary>Memory and processors.</summary>
    public required GuestMeta Meta { get; init; }

    /// <summary>Disks: path on libvirt's host, format, whether it is only read.</summary>
    public required IReadOnlyList<(string Path, string Format, bool IsReadOnly)> Disks { get; init; }

    /// <summary>Network cards, all with source and hardware address.</summary>
    public required IReadOnlyList<GuestNetwork> Networks { get; init; }

    /// <summary>Kernel, initial RAM disk and command line to boot directly; null boots the first disk.</summary>
    public (string Kernel, string? Initrd, string? CommandLine)? Boot { get; init; }

    /// <summary>File on libvirt's host that the console is written to; null for none.</summary>
    public string? ConsoleLog { get; init; }

    /// <summary>Reads the lab, fence and owner of a domain; null when none of ours made it.</summary>
    /// <param name="xml">The domain as libvirt tells it.</param>
    public static (string Lab, long Fence, string Owner)? MarkOf(string xml) => XElement.Parse(xml).Descendants(Ours + "machine").FirstOrDefault() is { } mark
        ? ((string?)mark.Attribute("lab") ?? "", long.TryParse((string?)mark.Attribute("fence"), NumberStyles.None, CultureInfo.InvariantCulture, out var fence) ? fence : 0, (string?)mark.Attribute("owner") ?? "")
        : null;

    /// <summary>The XML.</summary>
    public override string ToString() => new XElement(
        "domain",
        new XAttribute("type", Type),
        new XElement("name", Name),
        new XElement("metadata", new XElement(Ours + "machine", new XAttribute(XNamespace.Xmlns + "teuthology", Ours), new XAttribute("lab", Lab), new XAttribute("fence", Fence), new XAttribute("owner", Owner))),
        new XElement("memory", new XAttribute("unit", "KiB"), Meta.Ram.Bytes / 1024),
        new XElement("vcpu", Meta.Cpus),
        new XElement("os", new XElement("type", new XAttribute("arch", Arch), "hvm"), BootOf()),
        Arch == "x86_64" ? new XElement("features", new XElement("acpi"), new XElement("apic")) : null,
        Type == "kvm" ? new XElement("cpu", new XAttribute("mode", "host-passthrough")) : null,
        new XElement("on_poweroff", "destroy"),
        new XElement("on_reboot", "restart"),
        new XElement("on_crash", "destroy"),
        new XElement(
            "devices",
            Disks.Select(Disk),
            Networks.Select(Interface),
            Console(),
            new XElement("rng", new XAttribute("model", "virtio"), new XElement("backend", new XAttribute("model", "random"), "/dev/urandom")))).ToString();

    private object[] BootOf() => Boot is var (kernel, initrd, line)
        ? [new XElement("kernel", kernel), .. initrd is null ? [] : new[] { new XElement("initrd", initrd) }, .. line is null ? [] : new[] { new XElement("cmdline", line) }]
        : [new XElement("boot", new XAttribute("dev", "hd"))];

    // The serials are downburst's.
    private XElement Disk((string Path, string Format, bool IsReadOnly) disk, int index) => new(
        "disk",
        new XAttribute("type", "file"),
        new XAttribute("device", "disk"),
        new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", disk.Format), disk.IsReadOnly ? null : new XAttribute("cache", "unsafe")),
        new XElement("source", new XAttribute("file", disk.Path)),
        new XElement("target", new XAttribute("dev", $"vd{(char)('a' + index)}"), new XAttribute("bus", "virtio")),
        disk.IsReadOnly ? new XElement("readonly") : null,
        index > 0 && !disk.IsReadOnly ? new XElement("serial", $"dwnbrst{Name[..Math.Min(2, Name.Length)]}{Name[Math.Max(0, Name.Length - 3)..]}{index:000}".ToUpperInvariant()) : null);

    private static XElement Interface(GuestNetwork network) => new(
        "interface",
        new XAttribute("type", network.Kind),
        new XElement("mac", new XAttribute("address", network.Mac!)),
        new XElement("source", new XAttribute(network.Kind, network.Source!)),
        new XElement("model", new XAttribute("type", "virtio")));

    private IEnumerable<XElement> Console()
    {
        var log = ConsoleLog is null ? null : new XElement("log", new XAttribute("file", ConsoleLog), new XAttribute("append", "off"));
        yield return new XElement("serial", new XAttribute("type", "pty"), log, new XElement("target", new XAttribute("port", 0)));
        yield return new XElement("console", new XAttribute("type", "pty"), new XElement("target", new XAttribute("type", "serial"), new XAttribute("port", 0)));
    }
}

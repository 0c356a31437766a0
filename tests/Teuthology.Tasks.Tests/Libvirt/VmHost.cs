using Teuthology.Lab;
using Teuthology.Testing;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>A site whose machine type <c>vps</c> is one virtual machine, <c>vm1</c>, of a libvirtd.</summary>
/// <param name="libvirt">The libvirtd.</param>
/// <param name="guest">What the machine boots from.</param>
/// <param name="more">More keys of the type, each with a comma behind.</param>
internal sealed class VmHost(LibvirtServer libvirt, GuestDisk guest, string more = "") : LabHost("loopback", machines: 1, site: Site(libvirt, guest, more))
{
    /// <summary>Directory of what the provisioner keeps.</summary>
    public string Kept => Path.Combine(State, "libvirt");

    /// <summary>The provisioner of the virtual machine.</summary>
    public IProvisioner Machines => Service<SiteLab>().Open("vps").Provisioner;

    // A busy host loses timer ticks that a starting kernel waits for; no_timer_check has it go on.
    private static SiteConfig Site(LibvirtServer libvirt, GuestDisk guest, string more) => SiteConfig.Empty with
    {
        All = (YamlMap)YamlLoader.Load(
            $$"""
            downburst: {machine: {cpus: 1, ram: 512M, disk: 2G, volumes: {count: 1, size: 64M} } }
            machine_types:
              vps:
                machines: [vm1]
                uri: '{{libvirt.Uri}}'
                namespace: {{libvirt.Network}}
                networks: [{kind: bridge, source: br0, address: 10.97.0.11/24}]
                packages: []
                boot_timeout: 900
                {{more}}
                images:
                  debian-12-x86_64: {url: {{guest.Disk}}, format: raw, kernel: {{guest.Kernel}}, initrd: {{guest.Initrd}}, cmdline: root=/dev/vda console=ttyS0 no_timer_check mitigations=off net.ifnames=0}
            """,
            "site.yaml")!,
    };
}

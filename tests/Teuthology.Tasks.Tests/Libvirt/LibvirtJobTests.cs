using Teuthology.Jobs;
using Teuthology.Testing;

namespace Teuthology.Tasks.Tests;

/// <summary>Jobs on a virtual machine that a real libvirtd makes for them and destroys after them.</summary>
public sealed class LibvirtJobTests
{
    [SkippableFact]
    public async Task Job_OnTypeServedByLibvirt_BootsAMachineRunsOnItAndLeavesNothing()
    {
        await using var libvirt = await LibvirtServer.StartAsync();
        await using var host = new VmHost(libvirt, await GuestDisk.EnsureAsync("light"));

        var result = await host.RunAsync("""
            roles: [[client.0]]
            machine_type: vps
            os_type: debian
            os_version: '12'
            tasks:
            - exec:
                client.0:
                - 'test $(hostname) = vm1'
                - 'test -b /dev/vdb && mkfs.ext4 -q /dev/vdb && test $(cat /sys/block/vda/size) = 4194304'
                - 'test $(cat /sys/class/block/vdb/serial) = DWNBRSTVMVM1001'
                - 'ip -4 addr show eth0 | grep -q 10.97.0.11/24'
                - 'dmesg | grep -q "Linux version"'
            """);

        Assert.True(result.Status == JobStatus.Pass, $"{result.FailureReason}\n{result.Log()}");
        Assert.Contains("Locked ubuntu@vm1 (10.97.0.11)", result.Log());
        if (!File.Exists("/dev/kvm"))
            Assert.Contains($"WARNING: {libvirt.Uri} emulates the processor, which is ten times slower: it has no KVM", result.Log());
        Assert.Contains("guest vm1 is up", await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "console_logs", "vm1.log")));
        await RequireNothingLeftAsync(libvirt, host);
    }

    [SkippableFact]
    public async Task Job_OnGuestWithCloudInit_FindsWhatTheSeedSaid()
    {
        // An emulated processor starts systemd and cloud-init in minutes: too long for every run of all tests.
        Skip.If(Environment.GetEnvironmentVariable("TEUTHOLOGY_VM_TESTS") != "1", "takes 2 to 6 minutes of a processor; set TEUTHOLOGY_VM_TESTS=1 to run it (as root; installs libvirt-daemon, qemu-system-x86)");
        await using var libvirt = await LibvirtServer.StartAsync();
        await using var host = new VmHost(libvirt, await GuestDisk.EnsureAsync("full"), "user_data: {locale: false, write_files: [{path: /etc/of-the-site, content: hello}], runcmd: [[touch, /etc/ran]]}");

        var result = await host.RunAsync("""
            roles: [[client.0]]
            machine_type: vps
            tasks:
            - exec:
                client.0:
                - 'test $(hostname) = vm1 && test $(cat /etc/of-the-site) = hello && test -e /etc/ran'
                - 'cloud-init status | grep -q done && systemctl is-active ssh'
            """);

        Assert.True(result.Status == JobStatus.Pass, $"{result.FailureReason}\n{result.Log()}");
        Assert.DoesNotContain("ended with errors", result.Log());
        await RequireNothingLeftAsync(libvirt, host);
    }

    /// <summary>No domain, no disk but the uploaded image, and after the lab is taken down not even that; no lock, console or host key.</summary>
    private static async Task RequireNothingLeftAsync(LibvirtServer libvirt, VmHost host)
    {
        Assert.Equal("", (await libvirt.VirshAsync("list", "--all", "--name")).Trim());
        Assert.All((await libvirt.VirshAsync("vol-list", "default")).Split('\n').Where(line => line.Trim().Length > 0), volume => Assert.StartsWith(" teuthology-image-", volume));
        Assert.DoesNotContain(await host.Leases.ListAsync(default), node => node.Locked);
        Assert.Empty(Directory.GetFiles(Path.Combine(host.Kept, "consoles")));
        Assert.Empty(Directory.GetFiles(Path.Combine(host.Kept, "host-keys")));
        await host.Machines.DownAsync(default);
        Assert.Empty(Directory.GetFiles(Path.Combine(libvirt.Root, "pool")));
    }
}

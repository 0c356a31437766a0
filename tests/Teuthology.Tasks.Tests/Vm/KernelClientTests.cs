using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>The kernel's clients of CephFS and RBD, on a virtual machine beside the containers of a real cluster.</summary>
public sealed class KernelClientTests(KernelClientTests.Lab lab) : IClassFixture<KernelClientTests.Lab>
{
    [SkippableFact]
    public async Task KernelClients_OfARunningCluster_KeepWhatIsWritten()
    {
        // An emulated processor takes minutes for what a real one does in seconds: too long for every run of all tests.
        Skip.If(Environment.GetEnvironmentVariable("TEUTHOLOGY_VM_TESTS") != "1", "takes 4 to 10 minutes of two processors; set TEUTHOLOGY_VM_TESTS=1 to run it (as root; installs qemu-system-x86)");
        Skip.IfNot(Environment.IsPrivilegedProcess, "virtual machines of the embedded lab are root's");
        var result = await lab.RunAsync("""
            roles: [[mon.a, mgr.x, osd.0, osd.1, osd.2, mds.a], [client.0, client.1]]
            overrides: {ceph: {fs: dir, log-ignorelist: ['.*'], conf: {global: {osd pool default size: 2, mon warn on insecure global id reclaim: false, mon warn on insecure global id reclaim allowed: false}}}}
            tasks:
            - install:
            - ceph:
            - kclient: {client.0: {mntopts: [ms_mode=crc], rbytes: true}}
            - rbd: {client.1: {image_size: 400, fs_type: xfs}}
            - exec:
                mon.a: ['! mountpoint -q $TESTDIR/mnt.0']
                client.0:
                - 'grep " $TESTDIR/mnt.0 ceph .*ms_mode=crc" /proc/mounts'
                - 'dd if=/dev/urandom of=$TESTDIR/mnt.0/file bs=1M count=4 conv=fsync && [ $(getfattr --only-values -n ceph.dir.rbytes $TESTDIR/mnt.0) = 4194304 ]'
                client.1:
                - 'grep "^/dev/rbd0 $TESTDIR/mnt.1 xfs" /proc/mounts'
                - 'dd if=/dev/urandom of=$TESTDIR/mnt.1/file bs=1M count=4 conv=fsync'
                - 'rbd status testimage.client.1 | grep watcher='
            """);

        result.ShouldPass();
        Assert.Contains("a virtual machine with kernel", result.Log());
    }

    /// <summary>A lab of its own with one virtual machine.</summary>
    public sealed class Lab() : LabHost("root", 2);
}

using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Storage that the kernel must know, for real where it does; the jobs of suites/teuthology/standins show the commands everywhere.</summary>
public sealed class KernelStorageTests(BuilderHost machines, LoopbackHost host) : IClassFixture<BuilderHost>, IClassFixture<LoopbackHost>
{
    [SkippableTheory]
    [InlineData("knfsd: [client.0]", "exportfs (package nfs-kernel-server), the kernel module nfsd")]
    [InlineData("nfs: {client.1: {server: client.0}}", "mount.nfs (package nfs-common), the kernel module nfs")]
    [InlineData("iscsi:", "iscsiadm (package open-iscsi), udevadm (package udev), rbd (package ceph-common), the kernel module iscsi_tcp")]
    [InlineData("mpi: {exec: ls}", "mpiexec (package mpich)")]
    public async Task Task_OnAFreshMachine_TellsAllThatItLacksBeforeItBegins(string task, string lacking)
    {
        var result = await machines.RunAsync($"roles: [[client.0], [client.1]]\ntasks:\n- {task}\n");
        Assert.Equal(JobStatus.Fail, result.Status);
        Assert.StartsWith($"job.yaml:3:3: task '{task.Split(':')[0]}': its machines cannot do this: n", result.FailureReason);
        Assert.Contains($" lacks {lacking}", result.FailureReason);
    }

    [SkippableFact]
    public async Task Hadoop_WithoutJava_TellsThePackage()
    {
        var result = await machines.RunAsync("roles: [[hadoop.master.0], [hadoop.slave.0]]\ntasks:\n- hadoop: {hdfs: true}\n");
        Assert.EndsWith("lacks /usr/lib/jvm/default-java (package default-jre-headless)", result.FailureReason);
    }

    [SkippableFact]
    public async Task GenericMount_OfAFile_IsAnExt3OverALoopDeviceUntilTheGroupEnds()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control"), "mounting takes root and loop devices");
        var image = Path.Combine(host.Root, "image");
        await using (var file = File.Create(image))
            file.SetLength(16 << 20);
        var result = await host.RunAsync($$"""
            roles: [[client.0]]
            tasks:
            - common_fs_utils.generic_mkfs: {client.0: {image_name: {{image}} } }
            - sequential:
              - common_fs_utils.generic_mount: {client.0: {{image}} }
              - exec: {client.0: ['grep -F " $TESTDIR/mnt.0 ext" /proc/self/mounts && echo kept > $TESTDIR/mnt.0/word']}
            - exec: {client.0: ['test ! -e "$TESTDIR/mnt.0" && debugfs -R "cat word" {{image}}']}
            """);
        result.ShouldPass();
        Assert.Contains("stdout:kept", result.Log());
    }
}

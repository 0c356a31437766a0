using System.Text;

namespace Teuthology.Lab.Tests;

/// <summary>What one meets inside the machines of a root lab.</summary>
public sealed class RootMachineTests : RootLabTest
{
    [SkippableFact]
    public async Task Start_ThreeAtOnce_EachIsAHostOfItsOwn()
    {
        NeedRoot();
        var machines = await StartAsync("n1", "n2", "n3");

        Assert.Equal(["10.99.0.11", "10.99.0.12", "10.99.0.13"], machines.Select(m => m.Address));
        foreach (var machine in machines)
        {
            Assert.Equal($"{machine.Name} ubuntu 1000 0", await SshAsync(machine, "echo $(hostname) $(id -un) $(id -u) $(sudo id -u)"));
            Assert.Equal(machine.Address, await SshAsync(machine, "hostname -I"));
            await SshAsync(machine, $"sudo touch /only-{machine.Name}; for n in n1 n2 n3; do ping -qc1 $n; done");
            Assert.Equal($"/only-{machine.Name}", await SshAsync(machine, "ls -d /only-*"));
        }

        Assert.Equal(3, machines.Select(m => m.HostKey).Distinct().Count());
        Assert.Equal(3, (await Task.WhenAll(machines.Select(m => SshAsync(m, "cat /etc/machine-id")))).Distinct().Count());
        Assert.Equal(["n1", "n2", "n3"], (await Lab.StatusAsync(CancellationToken.None)).Where(s => s.Up).Select(s => s.Name).Order());
    }

    [SkippableFact]
    public async Task Dial_SshPort_ReachesTheMachineThatTheHostsNetworkDoesNotSee()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];

        await using var stream = await machine.Dial!(22, CancellationToken.None);
        var greeting = new byte[8];
        await stream.ReadExactlyAsync(greeting);

        Assert.Equal("SSH-2.0-", Encoding.ASCII.GetString(greeting));
    }

    [SkippableFact]
    public async Task Start_NameThatIsUp_GivesAFreshMachine()
    {
        NeedRoot();
        var first = (await StartAsync("n1"))[0];
        await SshAsync(first, "sudo touch /old; sudo sh -c 'exec setsid sleep 1000 </dev/null >/dev/null 2>&1 &'");

        var second = (await StartAsync("n1"))[0];

        Assert.NotEqual(first.HostKey, second.HostKey);
        Assert.Equal("fresh", await SshAsync(second, "ls /old 2>/dev/null || echo fresh; pgrep sleep || true"));
        Assert.Equal(second.HostKey, (await Lab.FindAsync("n1", CancellationToken.None))!.HostKey);
    }

    [SkippableFact]
    public async Task AptGetInstall_CephWithoutNetwork_ReallyInstalls()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];
        Assert.NotEqual(0, (await TrySshAsync(machine, "command -v ceph")).Status);

        await SshAsync(machine, "sudo apt-get install -y ceph-common python3-rados fio");

        Assert.StartsWith("ceph version ", await SshAsync(machine, "ceph --version"), StringComparison.Ordinal);
        Assert.Equal("install ok installed", await SshAsync(machine, "dpkg-query -W -f '${Status}' ceph-common; python3 -c 'import rados'; fio --enghelp=rbd >/dev/null"));
    }

    [SkippableFact]
    public async Task Reboot_OnTheMachine_KeepsDiskAndKeyAndEndsAllThatRan()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];
        var before = await SshAsync(machine, "echo stays > /home/ubuntu/file; echo goes > /dev/shm/file; cat /etc/machine-id; nohup sleep 86431 >/dev/null 2>&1 </dev/null & :");
        await TrySshAsync(machine, "sudo reboot");

        // The same key opens it, and shows the same machine.
        for (var attempt = 0; await TrySshAsync(machine, "cat /home/ubuntu/file; ls /dev/shm; cat /etc/machine-id; pgrep -x sleep || :") is var (status, output); attempt++)
        {
            if (status == 0 && !output.Contains("file", StringComparison.Ordinal))
            {
                Assert.Equal($"stays\n{before}", output);
                break;
            }

            Assert.True(attempt < 1200, output);
            await Task.Delay(100);
        }
    }

    [SkippableFact]
    public async Task Sudo_WhatWouldReachTheHost_IsRefused()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];

        foreach (var attempt in new[] { "date -s 2001-01-01", "sysctl -w kernel.printk=1", "mknod /tmp/sda b 8 0", "/usr/sbin/reboot -f || exit 1", "sh -c 'echo 1 > /sys/power/pm_async'" })
            Assert.True((await TrySshAsync(machine, $"sudo {attempt}")).Status != 0, attempt);
        Assert.Equal("n1", await SshAsync(machine, "hostname"));
    }
}

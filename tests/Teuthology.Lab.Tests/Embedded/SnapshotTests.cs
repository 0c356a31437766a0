using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Lab.Tests;

/// <summary>Disks of machines that are kept and given to later ones.</summary>
public sealed class SnapshotTests : RootLabTest
{
    private static readonly SnapshotOptions Plain = new();

    private string Directory => Path.Combine(Options.StateDirectory, "snapshots");

    [SkippableFact]
    public async Task StartFrom_SnapshotOfOne_GivesItsDiskToMachinesOfTheirOwn()
    {
        NeedRoot();
        var old = (await StartAsync("n1"))[0];
        await SshAsync(old, "echo kept | sudo tee /kept >/dev/null; sudo rm /usr/bin/bc; sudo rm -r /etc/lvm; sudo mkdir /etc/lvm; sudo install -o ubuntu -m 640 /dev/null /srv/mine; sudo ln /kept /other; mkdir -p test/left; sudo setfattr -n user.a -v b /kept");
        const string Look = "cat /kept /other; ls /usr/bin/bc 2>/dev/null; ls -A /etc/lvm; stat -c '%U %a' /srv/mine; stat -c %h /kept; getfattr --only-values -n user.a /kept 2>/dev/null; ls test";
        var snapshot = await Lab.SaveAsync("base", ["n1"], Plain with { Without = ["/home/ubuntu/test/left"] }, null, default);

        var machines = await Task.WhenAll(new[] { "n1", "n2", "n3" }.Select((name, place) => Lab.StartFromAsync(name, Lab.Require("base", 3), place, null, default)));

        Assert.Equal(["n1"], snapshot.Machines);
        Assert.True(snapshot.Bytes > 0);
        Assert.Equal(4, machines.Append(old).Select(m => m.HostKey).Distinct().Count());
        foreach (var machine in machines)
        {
            Assert.Equal("kept\nkept\nubuntu 640\n2\nb", await SshAsync(machine, Look));
            Assert.Equal(machine.Name, await SshAsync(machine, "hostname"));
        }

        Assert.Equal(3, (await Task.WhenAll(machines.Select(m => SshAsync(m, "cat /etc/machine-id")))).Distinct().Count());
        await SshAsync(machines[0], "echo changed | sudo tee /kept");
        Assert.Equal("kept", await SshAsync(machines[1], "cat /kept"));

        // Without it, a machine is fresh again
        Assert.NotEqual(0, (await TrySshAsync((await StartAsync("n1"))[0], "cat /kept")).Status);
    }

    [SkippableFact]
    public async Task Save_MachinesThatWrite_AreOfOneMoment()
    {
        NeedRoot();
        var machines = await StartAsync("n1", "n2");
        foreach (var machine in machines)
            await SshAsync(machine, "sudo dd if=/dev/urandom of=/ballast bs=1M count=24 status=none; nohup sh -c 'i=0; while :; do i=$((i + 1)); echo $i > a; echo $i > z; done' >/dev/null 2>&1 </dev/null &");

        await Lab.SaveAsync("two", ["n2", "n1"], Plain, null, default);
        var before = await Task.WhenAll(machines.Select(m => SshAsync(m, "cat z")));
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(machines.Select(m => SshAsync(m, "cat z")))).Zip(before).All(pair => pair.First != pair.Second), "they go on");
        var restored = await Task.WhenAll(new[] { "n3", "n4" }.Select((name, place) => Lab.StartFromAsync(name, Lab.Require("two", 2), place, null, default)));

        foreach (var machine in restored)
        {
            var numbers = (await SshAsync(machine, "cat a z")).Split('\n').Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
            Assert.True(numbers.Count == 1 || numbers[0] - numbers[1] is 0 or 1, string.Join(' ', numbers));
        }
    }

    [SkippableFact]
    public async Task Save_MachineThatBeganWithASnapshot_KeepsAllOfItWithoutTheFirst()
    {
        NeedRoot();
        await SshAsync((await StartAsync("n1"))[0], "echo 1 | sudo tee /first /gone");
        await Lab.SaveAsync("first", ["n1"], Plain, null, default);
        var second = await Lab.StartFromAsync("n1", Lab.Require("first", 1), 0, null, default);
        await SshAsync(second, "echo 2 | sudo tee /second; sudo rm /gone");
        await Lab.SaveAsync("second", ["n1"], Plain, null, default);
        Assert.Contains("began with the snapshot 'first'", (await Assert.ThrowsAsync<ConfigurationException>(() => Lab.RemoveSnapshotAsync("first", default))).Message, StringComparison.Ordinal);
        await Lab.StopAsync("n1", default);
        await Lab.RemoveSnapshotAsync("first", default);

        var third = await Lab.StartFromAsync("n2", Lab.Require("second", 1), 0, null, default);

        Assert.Equal("1\n2", await SshAsync(third, "cat /first /second; ls /gone 2>/dev/null || :"));
        Assert.Equal(["second"], Lab.Snapshots().Select(s => s.Name));
    }

    [SkippableFact]
    public async Task Save_GivenUp_LeavesNothingAndTheMachineGoesOn()
    {
        NeedRoot();
        var machine = (await StartAsync("n1"))[0];
        await SshAsync(machine, "for i in $(seq 40); do sudo sh -c \"mkdir -p /many/$i; cd /many/$i; seq 400 | xargs touch\"; done");
        using var cancel = new CancellationTokenSource();
        var saving = Lab.SaveAsync("half", ["n1"], Plain, null, cancel.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(saving.IsCompleted || System.IO.Directory.Exists(Path.Combine(Directory, "half-half", "1"))), "it copies");
        await cancel.CancelAsync();

        await Record.ExceptionAsync(() => saving);
        Assert.Equal("n1", await SshAsync(machine, "hostname"));
        if (!saving.IsCompletedSuccessfully)
            Assert.Empty(Lab.Snapshots());
        Assert.Empty(System.IO.Directory.GetDirectories(Directory, "half-*"));
    }

    [SkippableFact]
    public async Task CollectGarbage_SnapshotOfAKilledProcess_Vanishes()
    {
        NeedRoot();
        await StartAsync("n1");
        await Lab.SaveAsync("whole", ["n1"], Plain, null, default);
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "half-other", "1"));

        Assert.Equal(["whole"], Lab.Snapshots().Select(s => s.Name));
        Assert.Contains($"half made snapshot {Path.Combine(Directory, "half-other")}", await Lab.CollectGarbageAsync(_ => true, default));
        Assert.False(System.IO.Directory.Exists(Path.Combine(Directory, "half-other")));
    }

    [SkippableFact]
    public async Task Require_WhatCannotBe_SaysWhyAndWhatToDo()
    {
        NeedRoot();
        await StartAsync("n1", "n2");
        await Lab.SaveAsync("pair", ["n1", "n2"], Plain, null, default);

        Assert.Equal("there is no snapshot 'pear'; there are pair", Assert.Throws<ConfigurationException>(() => Lab.Require("pear", 1)).Message);
        Assert.StartsWith("snapshot 'pair' holds 2 machines, and 3 are to begin with it", Assert.Throws<ConfigurationException>(() => Lab.Require("pair", 3)).Message, StringComparison.Ordinal);
        Assert.Contains("already; --replace", (await Assert.ThrowsAsync<ConfigurationException>(() => Lab.SaveAsync("pair", ["n1"], Plain, null, default))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => Lab.SaveAsync("../x", ["n1"], Plain, null, default));
        Assert.Contains("n3 is not up", (await Assert.ThrowsAsync<TeuthologyException>(() => Lab.SaveAsync("none", ["n3"], Plain, null, default))).Message, StringComparison.Ordinal);

        var file = Path.Combine(Directory, "pair", "snapshot.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"Image\": \"", "\"Image\": \"other", StringComparison.Ordinal));
        var error = Assert.Throws<ConfigurationException>(() => Lab.Require("pair", 2));
        Assert.Matches("^snapshot 'pair' was made on image other.*, and the lab's image is .* now; make it anew: `teuthology lab snapshots --remove pair`, then prepare 2 machines", error.Message);
    }

    [SkippableFact]
    public async Task Acquire_FromSnapshot_GivesEachMachineTheDiskOfItsPlace()
    {
        NeedRoot();
        foreach (var machine in await StartAsync("n3", "n4"))
            await SshAsync(machine, "hostname | sudo tee /place");
        await Lab.SaveAsync("places", ["n4", "n3"], Plain, null, default);
        await using var store = new LeaseStore(Path.Combine(Options.StateDirectory, "leases.db"), TimeProvider.System);
        var lab = new LeasedLab(Lab, store, NullLogger<LeasedLab>.Instance);
        var request = new MachineRequest { Count = 2, Owner = "me@here", Description = "a job", FromSnapshot = "places" };
        await using (var lease = await lab.AcquireAsync(request, null, default))
        {
            Assert.Equal(["n4", "n3"], await Task.WhenAll(lease.Machines.Select(m => SshAsync(m, "cat /place"))));
            Assert.Equal(lease.Machines.Select(m => m.Name), (await lease.SaveAsync("again", Plain, null, default)).Machines);
        }

        await Assert.ThrowsAsync<ConfigurationException>(() => lab.AcquireAsync(request with { Count = 3 }, null, default));
        Assert.DoesNotContain(await store.ListAsync(default), node => node.Locked);
    }
}

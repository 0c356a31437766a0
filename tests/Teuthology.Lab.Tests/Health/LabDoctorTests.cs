namespace Teuthology.Lab.Tests;

/// <summary>Labs that are broken for real: the doctor says what is wrong, and mends what harms nobody.</summary>
public sealed class LabDoctorTests : RootLabTest
{
    private readonly RootLab _lab;
    private LabOptions _asked;

    public LabDoctorTests()
    {
        _lab = new RootLab(Options);
        _asked = Options;
    }

    [SkippableFact]
    public async Task Examine_LabThatIsWell_FindsNothing()
    {
        NeedRoot();
        Assert.DoesNotContain(await ExamineAsync(), f => f.Level == FindingLevel.Trouble || f.Area is "leftovers" or "store" or "image" && f.Level != FindingLevel.Well);
    }

    [SkippableFact]
    public async Task Mend_WhatKilledProcessesLeft_LeavesNothingOfIt()
    {
        NeedRoot();
        await StartAsync("n1");
        var dead = ControllerProcess.Current with { StartTicks = 1 };
        await using (var store = Store())
        {
            await store.RegisterAsync([new NodeRecord { Name = "n2", MachineType = "root" }], default);
            await store.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "dead@here", Description = "a job", MachineTypes = ["root"], Controller = dead }, default);
        }

        Directory.CreateDirectory(Path.Combine(_lab.Cgroup!, "n77"));
        Directory.CreateDirectory(Path.Combine(_lab.Gone, "n5.1.1"));
        await ToolRun.RunAsync("ip", ["-n", _lab.Id, "link", "add", "vn66", "type", "veth", "peer", "name", "vx66"], default);
        var point = Directory.CreateDirectory(Path.Combine(_lab.Nodes, "n1", "root")).FullName;
        await ToolRun.RunAsync("mount", ["-t", "tmpfs", "t", point], default);

        var found = await ExamineAsync();
        foreach (var what in new[]
        {
            "n2: held by processes that are gone", "the machine n1 of the root lab is held by nobody", $"{_lab.Gone} holds files of machines that are gone", $"the cgroup {_lab.Cgroup}/n77 belongs to no machine",
            $"the link vn66 of the network {_lab.Id} belongs to no machine", $"{point} is mounted in the host's own namespace",
        })
        {
            Assert.True(found.Single(f => f.What == what).IsMendable, what);
        }

        var mended = await ExamineAsync(mend: true);

        Assert.DoesNotContain(mended, f => f.MendFailure is not null);
        Assert.DoesNotContain(await ExamineAsync(), f => f.Level != FindingLevel.Well && f.Area is "leftovers" or "store" && f.Level != FindingLevel.Well);
        Assert.Empty(Traces.Processes());
    }

    [SkippableFact]
    public async Task Mend_MachineThatStandsStill_LetsItGoOn()
    {
        NeedRoot();
        var machine = await HeldAsync("n1");
        await File.WriteAllTextAsync(Path.Combine(_lab.Cgroup!, "n1", "cgroup.freeze"), "1");
        await Eventually.HoldsAsync(() => Task.FromResult(Cgroup.IsFrozen(Path.Combine(_lab.Cgroup!, "n1"))), "it stands still");

        var stands = Assert.Single(await ExamineAsync(mend: true), f => f.What.StartsWith("the machine n1 stands still", StringComparison.Ordinal));

        Assert.Equal((FindingLevel.Trouble, true), (stands.Level, stands.Mended));
        Assert.Equal("n1", await SshAsync(machine, "hostname"));
    }

    [SkippableFact]
    public async Task Examine_MachineThatDied_NamesItAndTheRemedy()
    {
        NeedRoot();
        await HeldAsync("n1");
        await File.WriteAllTextAsync(Path.Combine(_lab.Cgroup!, "n1", "cgroup.kill"), "1");
        await Eventually.HoldsAsync(async () => await Lab.FindAsync("n1", default) is null, "it is dead");

        var died = Assert.Single(await ExamineAsync(), f => f.Level == FindingLevel.Trouble);

        Assert.Equal(("n1 (10.99.0.11), held by me@here for by hand, has died", "`teuthology lab reimage n1`"), (died.What, died.Remedy));
    }

    [SkippableFact]
    public async Task Mend_LabWithoutItsStateDirectory_RemovesIt()
    {
        NeedRoot();
        var lost = Directory.CreateTempSubdirectory("teuthology-lost-").FullName;
        var options = Options with { StateDirectory = lost };
        var other = new RootProvisioner(options, TimeProvider.System);
        await other.PrepareAsync(null, default);
        await other.StartAsync("n1", null, default);
        Directory.Delete(lost, recursive: true);

        var found = Assert.Single(await ExamineAsync(mend: true), f => f.What.Contains(lost, StringComparison.Ordinal));

        Assert.True(found.Mended, found.MendFailure);
        Assert.Empty(new LabTraces(options).Find());
        Assert.DoesNotContain(await ExamineAsync(), f => f.What.Contains(lost, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Examine_StoreThatIsNone_SaysSo()
    {
        NeedRoot();
        await File.WriteAllTextAsync(Path.Combine(Options.StateDirectory, "leases.db"), new string('x', 9000));

        var trouble = (await ExamineAsync()).Where(f => f is { Area: "store", Level: FindingLevel.Trouble }).ToList();

        Assert.StartsWith("the store of leases cannot be read: ", Assert.Single(trouble).What, StringComparison.Ordinal);
        Assert.Contains("moved away", trouble[0].Remedy, StringComparison.Ordinal);
        File.Delete(Path.Combine(Options.StateDirectory, "leases.db"));
    }

    [SkippableFact]
    public async Task Examine_ImageWithoutItsFiles_SaysWhich()
    {
        NeedRoot();
        var cache = Directory.CreateTempSubdirectory("teuthology-cache-").FullName;
        _asked = Options with { CacheDirectory = cache };
        Assert.Contains(await ExamineAsync(), f => f is { Area: "image", Level: FindingLevel.Warning } && f.What.Contains("is not built", StringComparison.Ordinal));
        var image = new RootProvisioner(_asked, TimeProvider.System).ImageDirectory;
        Directory.CreateDirectory(image);
        foreach (var file in new[] { "id_ed25519", "id_ed25519.pub" })
            await File.WriteAllTextAsync(Path.Combine(image, file), "");

        Assert.Contains(await ExamineAsync(), f => f is { Area: "image", Level: FindingLevel.Trouble } && f.What == $"the image {image} is damaged: {image}/root/usr/sbin/sshd is missing");
        Directory.Delete(cache, recursive: true);
    }

    [SkippableFact]
    public async Task Examine_DiskThatIsFull_SaysSo()
    {
        NeedRoot();
        var full = Directory.CreateTempSubdirectory("teuthology-full-").FullName;
        await ToolRun.RunAsync("mount", ["-t", "tmpfs", "-o", "size=8m", "t", full], default);
        try
        {
            _asked = Options with { CacheDirectory = full };
            Assert.Contains(await ExamineAsync(), f => f is { Area: "space", Level: FindingLevel.Trouble } && f.What.StartsWith("8 MiB are free at " + full, StringComparison.Ordinal));
        }
        finally
        {
            await ToolRun.RunAsync("umount", [full], default);
            Directory.Delete(full);
        }
    }

    [SkippableFact]
    public async Task Mend_MachinesOutOfUse_PutsBackThoseThatFailedAndNotThoseThatAPersonTookOut()
    {
        NeedRoot();
        await using (var store = Store())
        {
            await store.RegisterAsync(new[] { "n1", "n2" }.Select(name => new NodeRecord { Name = name, MachineType = "root" }), default);
            await store.ReportFailureAsync("n1", "it did not come up", 1, TimeSpan.FromHours(1), default);
            await store.SetUpAsync("n2", up: false, default);
        }

        Assert.Contains(await ExamineAsync(mend: true), f => f.Mended && f.What.EndsWith("it did not come up", StringComparison.Ordinal));

        await using var after = Store();
        Assert.Equal([true, false], (await after.ListAsync(default)).Where(n => n.Name is "n1" or "n2").Select(n => n.Up));
    }

    private async Task<Machine> HeldAsync(string name)
    {
        await using var store = Store();
        await store.RegisterAsync([new NodeRecord { Name = name, MachineType = "root" }], default);
        await store.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = "by hand", MachineTypes = ["root"], Controller = null, Duration = TimeSpan.FromDays(1) }, default);
        return (await StartAsync(name))[0];
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(bool mend = false)
    {
        await using var store = Store();
        return await new LabDoctor(_asked, [new RootProvisioner(_asked, TimeProvider.System)], store, null, TimeProvider.System).ExamineAsync(mend, null, default);
    }

    private LeaseStore Store() => new(Path.Combine(Options.StateDirectory, "leases.db"), TimeProvider.System);
}

using System.Diagnostics;

namespace Teuthology.OpenStack.Tests.Runs;

/// <summary>What runs left in the real services.</summary>
public sealed class RunCollectorTests : CloudTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChlC4ANYDwEJn5eVDbK1oL8n8Kp1iuSPmPK0f1dN me@home";
    private static readonly DateTimeOffset Over = DateTimeOffset.UtcNow.AddHours(-1);

    [SkippableFact]
    public async Task CollectAsync_AfterTheLease_LeavesNothingOfTheRunAndEverythingElse()
    {
        var scope = new CollectScope { Setup = nameof(CollectAsync_AfterTheLease_LeavesNothingOfTheRunAndEverythingElse) };
        var dead = Stamp(scope, "jo-2026-11-23_rbd/main", Over);
        var alive = Stamp(scope, "al-2026-11-23_rados", DateTimeOffset.UtcNow.AddHours(1));
        await FillAsync(dead);
        await FillAsync(alive);
        await Own.Compute.CreateServerAsync(await OrderAsync(Own, "not ours"), default);
        var collector = new RunCollector(Own);

        var found = await collector.FindAsync(scope, default);
        Assert.Equal([(true, dead.Run), (false, alive.Run)], found.Where(r => r.Job is not null).OrderBy(r => r.Lease).Select(r => (r.IsLeftBehind, r.Run)));
        var told = new List<string>();
        var report = await collector.CollectAsync(scope, RealCloud.Deadline, new Immediate(told.Add), default);

        Assert.True(report.IsDone, string.Join('\n', report.Left));
        Assert.Equal(Enum.GetValues<RemainsKind>(), report.Deleted.Select(d => d.Kind).Distinct().Order());
        Assert.All(report.Deleted, d => Assert.Equal(dead.RunId, d.RunId));
        Assert.Contains(told, t => t.StartsWith("deleting server dead-1", StringComparison.Ordinal));
        var left = await collector.FindAsync(scope, default);
        Assert.All(left, r => Assert.Equal(alive.RunId, r.RunId));
        Assert.Equal(7, left.Sum(r => r.Items.Count));
        Assert.Contains(await Own.Compute.ServersAsync(null, default), s => s.Name == "not ours");

        var rest = await collector.CollectAsync(scope with { Everything = true, Run = alive.Run }, RealCloud.Deadline, null, default);
        Assert.True(rest.IsDone, string.Join('\n', rest.Left));
        Assert.Empty(await collector.FindAsync(scope, default));
    }

    [SkippableFact]
    public async Task FindAsync_OfARunWhoseProcessIsDead_DoesNotWaitForItsLease()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", ["1000"]))!;
        var scope = new CollectScope { Setup = "dead" };
        var stamp = Stamp(scope, "run", DateTimeOffset.UtcNow.AddHours(5)) with { Process = ControllerProcess.Of(process.Id) };
        await ServerAsync(stamp, "orphan");
        await Own.Compute.CreateKeyPairAsync(stamp.Name("key"), stamp.Mark(Key), default);
        var collector = new RunCollector(Own);

        Assert.Equal([false, false], (await collector.FindAsync(scope, default)).Select(r => r.IsLeftBehind));
        process.Kill();
        await process.WaitForExitAsync();

        var found = await collector.FindAsync(scope, default);
        Assert.Equal([(true, "7"), (true, null)], found.Select(r => (r.IsLeftBehind, r.Job)));
        Assert.All(found, r => Assert.Contains("dead", r.Reason, StringComparison.Ordinal));
        Assert.True((await collector.CollectAsync(scope, RealCloud.Deadline, null, default)).IsDone);
    }

    [SkippableFact]
    public async Task CollectAsync_OfWhatIsKept_TakesNothingUntilItIsTornDown()
    {
        var scope = new CollectScope { Setup = nameof(CollectAsync_OfWhatIsKept_TakesNothingUntilItIsTornDown) };
        var stamp = Stamp(scope, "run", null);
        await ServerAsync(stamp, "kept");
        var collector = new RunCollector(Own);

        Assert.Empty((await collector.CollectAsync(scope, RealCloud.Deadline, null, default)).Deleted);
        Assert.False(Assert.Single(await collector.FindAsync(scope, default)).IsLeftBehind);
        Assert.Single((await collector.CollectAsync(scope with { Everything = true }, RealCloud.Deadline, null, default)).Deleted);
    }

    [SkippableFact]
    public async Task FindAsync_OfARunWithAJobThatIsCaredFor_HoldsWhatIsTheWholeRuns()
    {
        var scope = new CollectScope { Setup = nameof(FindAsync_OfARunWithAJobThatIsCaredFor_HoldsWhatIsTheWholeRuns) };
        var run = Stamp(scope, "run", Over) with { Job = null };
        await Own.Compute.CreateKeyPairAsync(run.Name("key"), run.Mark(Key), default);
        await ServerAsync(Stamp(scope, "run", Over) with { Job = "1" }, "over");
        await ServerAsync(Stamp(scope, "run", DateTimeOffset.UtcNow.AddHours(1)) with { Job = "2" }, "held");
        var collector = new RunCollector(Own);

        var found = await collector.FindAsync(scope, default);

        Assert.Equal([("1", true), ("2", false), (null, false)], found.Select(r => (r.Job, r.IsLeftBehind)));
        Assert.Contains("job 2", found[2].Reason, StringComparison.Ordinal);
        await collector.CollectAsync(scope with { Everything = true }, RealCloud.Deadline, null, default);
    }

    private static RunStamp Stamp(CollectScope scope, string run, DateTimeOffset? lease) => new() { Setup = scope.Setup, Run = run, Job = "7", Owner = "me@home", Lease = lease };

    private async Task<Server> ServerAsync(RunStamp stamp, string name) =>
        await UpAsync(Own, await OrderAsync(Own, name) with { Metadata = stamp.Metadata(), Tags = stamp.Tags() });

    // One of each kind.
    private async Task FillAsync(RunStamp stamp)
    {
        await ServerAsync(stamp, stamp.Lease == Over ? "dead-1" : "alive-1");
        var volume = await Own.Volumes.CreateVolumeAsync(new VolumeOrder { Name = "data", Size = 1, Metadata = stamp.Metadata() }, default);
        await Own.Volumes.WaitForVolumeAsync(volume.Id, RealCloud.Deadline, default);
        await Own.Compute.CreateKeyPairAsync(stamp.Name("key"), stamp.Mark(Key), default);
        var group = await Own.Network.CreateSecurityGroupAsync(stamp.Name("group"), stamp.Description("group"), default);
        await Own.Network.AddRuleAsync(group.Id, new SecurityRule("tcp", 22, 22), default);
        await Own.Network.AddRuleAsync(group.Id, new SecurityRule("tcp", 22, 22), default);
        var network = (await Own.Network.NetworksAsync("floating", default)).Single();
        var port = await Own.Network.CreatePortAsync(network.Id, stamp.Name("port"), stamp.Description("port"), [group.Id], default);
        await Own.Network.CreateFloatingIpAsync(network.Id, port.Id, stamp.Description("controller"), default);
        await Own.Images.CreateImageAsync(new ImageOrder { Name = "built", DiskFormat = "raw", Properties = stamp.Metadata() }, default);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Teuthology.Lab;
using Teuthology.Testing.OpenStack;

namespace Teuthology.OpenStack.Tests.Fleet;

/// <summary>The provisioner of servers at the real Nova, Glance and Cinder. Behind its servers is nothing: SSH never answers.</summary>
public sealed class ProvisionerTests : CloudTests
{
    private static readonly MachineOrder Order = new("openstack001") { OsType = "debian", OsVersion = "12", Run = "run", Job = "1", Owner = "me@here" };

    [SkippableFact]
    public async Task StartAsync_OnRealServices_UploadsAndMakesAndLeavesNothing()
    {
        using var directory = new Scratch();
        var disk = Path.Combine(directory.Path, "disk.raw");
        await File.WriteAllBytesAsync(disk, new byte[2_000_000]);
        await using var site = Open(directory, $"images: {{debian-12: {{url: '{disk}', format: raw}}}}", "user-data: {timezone: Asia/Tokyo}");
        var told = new ConcurrentQueue<string>();
        for (var attempt = 1; ; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var starting = site.Provisioner.StartAsync(Order, new Immediate(told.Enqueue), stop.Token);
            try
            {
                var server = await UpAsync(starting);
                Assert.Equal(("teuthology-openstack001", "run", "1"), (server.Name, server.Metadata[RunMarks.Run], server.Metadata[RunMarks.Job]));
                Assert.Equal((await Own.Images.FindByNameAsync("teuthology-debian-12-x86_64", default))!.Id, server.ImageId);
                Assert.StartsWith("teuth-run-", server.KeyName, StringComparison.Ordinal);
                Assert.Contains(ControllerProcess.Current.ToString().Replace(' ', '_'), (await Own.Compute.FindKeyPairAsync(server.KeyName!, default))!.PublicKey, StringComparison.Ordinal);
                Assert.Equal(["127.0.0.240"], server.AddressesOf(4));
                Assert.Contains("teuth-teuthology", (await Own.Network.SecurityGroupsAsync(null, default)).Select(group => group.Name));
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
                break;
            }
            catch (OpenStackException) when (attempt < 4)
            {
                // SQLite sometimes fails Nova on a busy host, and the server with it
            }
        }

        Assert.Contains("uploading teuthology-debian-12-x86_64: 2 of 2 MB, 100 %", told);
        Assert.Empty(await Own.Compute.ServersAsync(null, default));
        await site.CloseAsync();
        Assert.Empty(await Own.Compute.KeyPairsAsync(default));
        var left = Assert.Single(await new RunCollector(Own).FindAsync(new CollectScope(), default));
        Assert.Equal(RemainsKind.Image, Assert.Single(left.Items).Kind);
        Assert.False(left.IsLeftBehind);
        await Own.Images.DeleteImageAsync(left.Items[0].Id, default);
    }

    [SkippableFact]
    public async Task StartAsync_WhenNoHostFits_TellsTheFaultAndLeavesNothing()
    {
        var project = (await Own.TokenAsync(default)).ProjectId;
        await RawCalls.SendAsync(HttpMethod.Put, await Admin.TokenAsync(default), "compute", $"os-quota-sets/{project}", new { quota_set = new { ram = -1 } });
        using var directory = new Scratch();
        await using var site = Open(directory, "images: {debian-12: tiny}");

        var error = await Assert.ThrowsAnyAsync<TeuthologyException>(() => site.Provisioner.StartAsync(Order with { Needs = new ServerNeeds(1 << 29, 1, 1, 0, 1) }, null, default));

        Assert.Contains("server teuthology-openstack001 (", error.Message, StringComparison.Ordinal);
        Assert.Contains("came to state ERROR: No valid host was found", error.Message, StringComparison.Ordinal);
        await site.CloseAsync();
        Assert.Empty(await new RunCollector(Own).FindAsync(new CollectScope(), default));
    }

    [SkippableFact]
    public async Task StartAsync_BeyondTheQuota_IsToldAsSuchAndLeavesNothing()
    {
        var project = (await Own.TokenAsync(default)).ProjectId;
        await RawCalls.SendAsync(HttpMethod.Put, await Admin.TokenAsync(default), "compute", $"os-quota-sets/{project}", new { quota_set = new { instances = 0 } });
        using var directory = new Scratch();
        await using var site = Open(directory, "images: {debian-12: tiny}");

        var error = await Assert.ThrowsAsync<QuotaExceededException>(() => site.Provisioner.StartAsync(Order, null, default));

        Assert.Contains("Quota exceeded for instances", error.Message, StringComparison.Ordinal);
        await site.CloseAsync();
        Assert.Empty(await new RunCollector(Own).FindAsync(new CollectScope(), default));
    }

    private FleetSite Open(Scratch directory, params string[] lines)
    {
        var variables = new Dictionary<string, string>
        {
            ["OS_AUTH_URL"] = Own.Credentials.AuthUrl.ToString(), ["OS_USERNAME"] = Own.Credentials.Username!, ["OS_PASSWORD"] = Own.Credentials.Password!, ["OS_PROJECT_NAME"] = Own.Credentials.ProjectName!,
            ["OS_USER_DOMAIN_NAME"] = "Default", ["OS_PROJECT_DOMAIN_NAME"] = "Default",
        };
        return FleetSite.Open(directory.Path, variables, ["machine: {ram: 512, disk: 1, cpus: 1}", "network: private", "boot_timeout: 300", .. lines]);
    }

    // Until it is up, or the provisioner has given up.
    private async Task<Server> UpAsync(Task<Machine> starting)
    {
        for (var start = Stopwatch.StartNew(); ; await Task.Delay(300))
        {
            if (starting.IsCompleted)
                await starting;
            Assert.True(start.Elapsed < RealCloud.Deadline, "the server does not come up");
            if (await Own.Compute.ServersAsync(null, default) is [{ Status: "ACTIVE" } server])
                return server;
        }
    }

    private sealed class Scratch : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("teuthology-provisioner-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

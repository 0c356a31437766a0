using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;

namespace Teuthology.Server.Tests;

/// <summary>Machines of a lock server, for jobs.</summary>
public sealed class ServerLabTests : IAsyncLifetime
{
    private static readonly SiteConfig Site = SiteConfig.Empty with { TestUser = "tester", VerifyHostKeys = false };
    private EmptyServer _server = null!;
    private ServerLab _lab = null!;

    public async Task InitializeAsync()
    {
        _server = await EmptyServer.StartAsync();
        for (var i = 1; i <= 3; i++)
            await _server.SendAsync("POST", "/nodes/", $$"""{"name": "127.0.0.{{i}}", "machine_type": "{{(i < 3 ? "mt" : "other")}}", "up": true, "ssh_pub_key": "ssh-rsa AAAA{{i}} comment", "os_type": "debian", "os_version": "12"}""");
        _lab = new ServerLab(new HereLab(), _server.Client(), Site, TimeProvider.System, NullLogger<ServerLab>.Instance) { Duration = TimeSpan.FromSeconds(10) };
    }

    public async Task DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Acquire_SeveralTypes_HoldsMachinesUntilDisposed()
    {
        await using (var lease = await _lab.AcquireAsync(Ask(3, "mt,other"), null, default))
        {
            var machine = lease.Machines.Single(m => m.Name == "127.0.0.2");
            Assert.Equal(("tester", "127.0.0.2", "ssh-rsa AAAA2", "debian"), (machine.User, machine.Address, machine.HostKey, machine.OsType));
            var nodes = await _server.Nodes.ListAsync(default);
            Assert.All(nodes, node => Assert.Equal(("me@here", "/archive/run/1", lease.Fence), (node.LockedBy, node.Description, node.Fence)));

            // Longer than the lease: a heartbeat keeps it.
            var end = nodes[0].ExpiresAt;
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while ((await _server.Nodes.FindAsync("127.0.0.1", default))!.ExpiresAt == end)
                await Task.Delay(50, limit.Token);
            Assert.False(lease.Lost.IsCancellationRequested);
        }

        Assert.All(await _server.Nodes.ListAsync(default), node => Assert.False(node.Locked));
    }

    [Fact]
    public async Task Acquire_SystemThatNoMachineHas_IsRefusedWithoutWaiting()
    {
        var refused = await Assert.ThrowsAsync<TeuthologyException>(() => _lab.AcquireAsync(Ask(1, "mt") with { OsType = "rhel", Wait = false }, null, default));

        Assert.Equal((FailureKind.Infrastructure, $"not enough machines are available: need 1 mt of {_server.Url}, and there are only 0 nodes available (--block waits for them)"), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task Acquire_MoreThanThereAre_IsRefusedAtOnce()
    {
        Assert.Contains("3 machines of type mt are asked for, but", (await Assert.ThrowsAsync<ConfigurationException>(() => _lab.AcquireAsync(Ask(3, "mt"), null, default))).Message, StringComparison.Ordinal);
        Assert.Contains("has no machine of type none in use", (await Assert.ThrowsAsync<ConfigurationException>(() => _lab.AcquireAsync(Ask(1, "none"), null, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acquire_SameOwnerAndDescription_GetsTheMachinesItHas()
    {
        var first = await _lab.AcquireAsync(Ask(2, "mt"), null, default);

        // As after a crash of the first controller
        await using var again = await _lab.AcquireAsync(Ask(2, "mt"), null, default);

        Assert.Equal((first.Fence, "127.0.0.1 127.0.0.2"), (again.Fence, string.Join(' ', again.Machines.Select(m => m.Name))));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Acquire_WithoutAMachine_TakesAnother()
    {
        await using var lease = await _lab.AcquireAsync(Ask(1, "mt") with { Without = ["127.0.0.1"] }, null, default);

        Assert.Equal("127.0.0.2", lease.Machines.Single().Name);
    }

    [Fact]
    public async Task Lease_MachineUnlockedByAPerson_IsLost()
    {
        await using var lease = await _lab.AcquireAsync(Ask(2, "mt"), null, default);
        var lost = new TaskCompletionSource();
        await using var registration = lease.Lost.Register(lost.SetResult);

        await _server.SendAsync("PUT", "/nodes/127.0.0.1/lock/", """{"locked": false, "locked_by": "me@here"}""");

        await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Keep_Lease_LeavesTheMachinesLockedWithoutAnEnd()
    {
        var lease = await _lab.AcquireAsync(Ask(2, "mt"), null, default);
        await lease.KeepAsync();
        await lease.DisposeAsync();

        Assert.All((await _server.Nodes.ListAsync(default)).Where(node => node.MachineType == "mt"), node => Assert.Equal(("me@here", null), (node.LockedBy, node.ExpiresAt)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("embedded")]
    public async Task Acquire_NoTypeOrOneOfThisHost_AsksTheLabOfThisHost(string? type) =>
        Assert.Equal("here", (await Assert.ThrowsAsync<NotSupportedException>(() => _lab.AcquireAsync(Ask(1, type), null, default))).Message);

    private static MachineRequest Ask(int count, string? type) => new() { Count = count, Owner = "me@here", Description = "/archive/run/1", MachineType = type };

    private sealed class HereLab : ILab
    {
        public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => throw new NotSupportedException("here");

        public Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken) => throw new NotSupportedException("here");
    }
}

using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Who holds the machines when a job is over, and who gets them.</summary>
public sealed class UnlockTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableTheory]
    [InlineData("unlock_on_failure: false", "exit 1", true)]
    [InlineData("unlock_on_failure: false", "true", false)]
    [InlineData("unlock_on_failure: true", "exit 1", false)]
    [InlineData("x: y", "exit 1", false)]
    public async Task Job_Ends_MachinesStayOnlyWhenItFailedAndTheKeyIsFalse(string key, string command, bool stays)
    {
        var result = await host.RunAsync($"{key}\nroles: [[a.0]]\ntasks:\n- exec: {{a.0: ['{command}']}}\n");

        var node = (await host.Leases.ListAsync(CancellationToken.None))[0];
        Assert.Equal((stays, stays ? "tester@host" : null), (node.Locked, node.LockedBy));
        Assert.Equal(stays, await host.Provisioner.FindAsync(node.Name, CancellationToken.None) is not null);
        Assert.Equal(command == "true" ? JobStatus.Pass : JobStatus.Fail, result.Status);
        await host.Leases.BreakAsync("tester@host", null, CancellationToken.None);
    }

    [SkippableFact]
    public async Task Job_DoesNotWaitAndTooFewAreFree_IsDeadAtOnce()
    {
        var holder = host.Job("roles: [[a.0], [a.1], [a.2]]\ntasks:\n- nop:\n");
        await using var holding = await host.Engine.StartAsync(holder, null, CancellationToken.None);
        Skip.If(holding.SkipReason is not null, holding.SkipReason);
        var error = await Assert.ThrowsAsync<TeuthologyException>(() => host.RunAsync(host.Job("roles: [[a.0], [a.1]]\ntasks:\n- nop:\n") with { WaitForMachines = false }));
        Assert.Equal("not enough machines are available: need 2, have 1 free (--block waits for them)", error.Message);
        Assert.Equal(FailureKind.Infrastructure, error.Kind);
    }
}

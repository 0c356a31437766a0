using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary>What a job on given machines asks and tells the site's lock server.</summary>
public sealed class LockServerTests(SiteHost host) : IClassFixture<SiteHost>
{
    [SkippableFact]
    public async Task Job_MachinesLockedByItsOwner_RunsAndTellsWhatTheyAre()
    {
        var machines = await MachinesAsync();
        var result = await RunAsync(machines, "");
        result.ShouldPass();
        foreach (var node in machines.Select(m => host.Server.Nodes[$"given-{m.Name}"]))
        {
            Assert.Equal(("debian", "x86_64"), ((string?)node["os_type"], (string?)node["arch"]));
            Assert.Matches("^[0-9]+", (string?)node["os_version"]);
            Assert.StartsWith("ssh-", (string?)node["ssh_pub_key"]);
            Assert.True((bool?)node["locked"]);
        }
    }

    [SkippableTheory]
    [InlineData("up", false, "machine given-lo4 is marked down")]
    [InlineData("locked", false, "machine given-lo4 is not locked")]
    [InlineData("locked_by", "you@there", "machine given-lo4 is locked by you@there, not tester@host")]
    [InlineData(null, null, "could not read lock status for given-lo4")]
    public async Task Job_MachineThatIsNotItsOwners_IsDeadBeforeAConnection(string? key, object? value, string reason)
    {
        var machines = await MachinesAsync();
        if (key is null)
            host.Server.Nodes.TryRemove("given-lo4", out _);
        else
            host.Server.Nodes["given-lo4"][key] = JsonValue.Create(value);

        var result = await RunAsync(machines, "");

        Assert.Equal((JobStatus.Dead, reason), (result.Status, result.FailureReason));
        Assert.DoesNotContain("internal.connect", result.Log(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Job_CheckLocksFalse_AsksNobody()
    {
        var machines = await MachinesAsync();
        host.Server.Nodes["given-lo4"]["locked"] = false;
        var result = await RunAsync(machines, "check-locks: false\n");
        result.ShouldPass();
        Assert.Contains("INFO:teuthology.task.internal.check_lock:Lock checking disabled.\n", result.Log(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Job_ServerTakesNoInventory_IsAnErrorInTheLogOnly()
    {
        var machines = await MachinesAsync();
        host.Server.Refuses = true;
        var result = await RunAsync(machines, "");
        result.ShouldPass();
        Assert.Contains("ERROR:teuthology.task.internal.push_inventory:Error pushing inventory: the inventory of given-lo", result.Log(), StringComparison.Ordinal);
    }

    private async Task<Machine[]> MachinesAsync()
    {
        var machines = await host.GivenAsync();
        host.Server.Refuses = false;
        foreach (var name in machines.Select(m => $"given-{m.Name}"))
            host.Server.Nodes[name] = new JsonObject { ["name"] = name, ["up"] = true, ["locked"] = true, ["locked_by"] = "tester@host", ["is_vm"] = false };
        return machines;
    }

    private Task<JobResult> RunAsync(Machine[] machines, string keys) => host.RunAsync(host.Job(
        $"{keys}roles: [[a.0], [a.1]]\ntest_path: {host.Root}/test-{Guid.NewGuid():N}\ntargets:\n{GivenHosts.Targets(machines, m => m.HostKey)}tasks:\n- nop:\n") with { OwnTargets = true });
}

using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Jobs on machines that their <c>targets</c> name: real sshds that no lab knows of.</summary>
public sealed class GivenTargetTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableFact]
    public async Task Job_PinnedKeys_RunsThereAndLocksNothing()
    {
        var machines = await host.GivenAsync();
        var result = await RunAsync(machines, m => m.HostKey, "- exec: {all-hosts: ['touch $TESTDIR/archive/$(hostname)']}");
        result.ShouldPass();
        Assert.All(machines, m => Assert.True(File.Exists(Path.Combine(result.ArchivePath!, "remote", $"given-{m.Name}", m.Name))));
        Assert.DoesNotContain(await host.Leases.ListAsync(CancellationToken.None), node => node.Locked);
        var marks = ((YamlList)Load(result, "timing.yaml")["marks"]!).Select(m => (string)((YamlMap)m!)["message"]!).ToList();
        Assert.DoesNotContain("internal.lock_machines enter", marks);
        Assert.Equal(
            [
                "internal.check_packages", "internal.buildpackages_prep", "internal.save_config", "internal.check_lock", "internal.add_remotes", "console_log", "internal.connect", "internal.push_inventory",
                "internal.serialize_remote_roles", "internal.check_machines", "internal.check_conflict", "internal.check_ceph_data", "internal.vm_setup", "internal.base",
                "internal.archive_upload", "internal.archive", "internal.coredump", "internal.sudo", "internal.syslog", "internal.timer", "pcp",
                "selinux", "clock", "exec",
            ],
            marks.Where(m => m.EndsWith(" enter", StringComparison.Ordinal)).Select(m => m[..^6]));
    }

    [SkippableFact]
    public async Task Job_AnotherKeyThanTheHosts_IsNotConnectedTo()
    {
        var result = await RunAsync(await host.GivenAsync(), _ => "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", "- nop:");
        Assert.NotEqual(JobStatus.Pass, result.Status);
        Assert.Contains("host key", result.FailureReason, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task Job_WrongKeysButSshkeysIgnore_Runs() => (await RunAsync(
        await host.GivenAsync(), _ => "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", "- nop:\nsshkeys: ignore")).ShouldPass();

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Job_NoKey_IsComparedWithKnownHosts(bool right)
    {
        var machines = await host.GivenAsync();
        await File.WriteAllLinesAsync(
            Path.Combine(host.Root, "known_hosts"),
            machines.Select(m => $"[given-{m.Name}]:{m.SshPort} {(right ? m.HostKey : "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")}"));
        var result = await RunAsync(machines, _ => null, "- nop:");
        File.Delete(Path.Combine(host.Root, "known_hosts"));
        Assert.True(result.Status == JobStatus.Pass == right, result.FailureReason);
    }

    [SkippableFact]
    public async Task Job_TooFewTargets_IsUpstreamsError()
    {
        var machines = await host.GivenAsync();
        var job = host.Job($"roles: [[a.0], [a.1], [a.2]]\ntargets:\n{GivenHosts.Targets(machines, m => m.HostKey)}") with { OwnTargets = true };
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.RunAsync(job));
        Assert.EndsWith("3 targets are needed for all roles but found 2 listed.", error.Message);
    }

    [SkippableFact]
    public async Task Job_TargetsWithoutRoles_HaveTheirNamesAsRoles()
    {
        var machines = await host.GivenAsync();
        var name = $"{machines[0].User}@given-{machines[0].Name}";
        var result = await host.RunAsync(host.Job($"targets:\n{GivenHosts.Targets(machines, m => m.HostKey)}tasks:\n- exec: {{'{name}': ['true']}}\n") with { OwnTargets = true });
        result.ShouldPass();
        Assert.False(Directory.Exists(Path.Combine(result.ArchivePath!, "remote")));
    }

    [SkippableFact]
    public async Task Job_TargetsOfAQueuedJob_AreReplacedByTheLabs()
    {
        var result = await host.RunAsync("roles: [[a.0]]\ntargets: {me@nowhere: }\ntasks:\n- nop:\n");
        result.ShouldPass();
        Assert.EndsWith("@lo1", (string)((YamlMap)Load(result, "config.yaml")["targets"]!).GetAt(0).Key);
    }

    private static YamlMap Load(JobResult result, string file) => (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, file))!;

    private Task<JobResult> RunAsync(Machine[] machines, Func<Machine, string?> key, string tasks) => host.RunAsync(host.Job(
        $"roles: [[a.0], [a.1]]\ntest_path: {host.Root}/test-{Guid.NewGuid():N}\ntargets:\n{GivenHosts.Targets(machines, key)}tasks:\n{tasks}\n") with { OwnTargets = true });
}

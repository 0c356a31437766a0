using Teuthology.Lab;

namespace Teuthology.Jobs.Tests;

public sealed class JobCheckTests
{
    [Theory]
    [InlineData("tasks:\n- test.setp: {name: a}\n", "job.yaml:2:3: unknown task 'test.setp'; did you mean 'test.step'?")]
    [InlineData("tasks:\n- zebra:\n", "job.yaml:2:3: unknown task 'zebra'; no loaded assembly has it: name one of yours by --tasks, or by task_assemblies of the site's configuration (known: buildpackages, clock, clock.check, console_log, install, lab.snapshot, sequential, test.command, test.each, test.group, test.hang, test.needy, test.needy_of_service, test.options, test.patient, test.step, test.twice, test.two_words)")]
    [InlineData("tasks:\n- test.group:\n  - test.grup:\n", "job.yaml:3:5: unknown task 'test.grup'; did you mean 'test.group'?")]
    [InlineData("tasks:\n- test.group: [mine]\nmine:\n- test.grou:\n", "job.yaml:4:3: unknown task 'test.grou'; did you mean 'test.group'?")]
    [InlineData("tasks:\n- test.group:\n  - mine\n", "job.yaml:3:5: no top-level section 'mine'; to run the task of that name write '- mine:'")]
    [InlineData("tasks:\n- test.group: [mine]\nmine:\n- test.group: [mine]\n", "job.yaml:3:1: 'sequential' contains itself through a top-level section")]
    [InlineData("tasks:\n- test.group: 7\n", "job.yaml:2:3: 'test.group' needs a list of tasks, not '7'")]
    [InlineData("tasks: test.step\n", "job.yaml:1:1: Expected list in 'tasks'; instead got: the text 'test.step'")]
    [InlineData("tasks:\n- test.step\n", "job.yaml:2:3: Invalid task definition: test.step; write '- test.step:' with a colon")]
    [InlineData("tasks:\n- test.step:\n  test.group:\n", "job.yaml:2:3: Invalid task definition: {test.step, test.group}; an entry is one task, '- name: configuration'")]
    [InlineData("tasks:\n- kernel:\n", "job.yaml:2:3: kernel installation should be a base-level item, not part of the tasks list")]
    [InlineData("roles:\n- [a, 3]\n", "job.yaml:2:7: Roles in config must be strings: '3'")]
    [InlineData("roles:\n- a\n", "job.yaml:2:3: 'roles' must hold one list of strings for each machine, not the text 'a'")]
    [InlineData("roles: []\n", "job.yaml:1:1: 'roles' is empty; leave it out for a job without machines")]
    [InlineData("roles: [[a]]\ntasks:\n- test.group:\n  - test.command: {impossible: yes}\n", "job.yaml:4:20: task 'test.command': it needs what nobody has")]
    [InlineData("roles: [[a]]\ntasks:\n- test.group: [mine]\nmine: [test.command: {role: b}]\n", "No host has the role 'b'. The roles of this job are: a")]
    [InlineData("task:\n- test.step:\n", "job.yaml:1:1: unknown key 'task'; did you mean 'tasks'?")]
    [InlineData("roels: [[a]]\ntasks:\n- test.step:\n", "job.yaml:1:1: unknown key 'roels'; did you mean 'roles'?")]
    [InlineData("overrides: [a]\n", "job.yaml:1:1: 'overrides' must be a mapping")]
    [InlineData("needs: [wings]\n", "job.yaml:1:9: 'needs' has the text 'wings'; a feature is one of root, own_root, own_network, ceph_packages, fuse, systemd")]
    [InlineData("roles: [[a]]\nlab: base\n", "job.yaml:2:1: 'lab' must be a mapping, e.g. lab: {from-snapshot: NAME}, not the text 'base'")]
    [InlineData("roles: [[a]]\nlab: {from_snapshot: base}\n", "job.yaml:2:7: 'lab' has the unknown key 'from_snapshot'; did you mean 'from-snapshot'?")]
    [InlineData("roles: [[a]]\nlab:\n  from-snapshot: 7\n", "job.yaml:3:3: 'lab.from-snapshot' must be the name of a snapshot (`teuthology lab snapshots` lists them), not '7'")]
    [InlineData("lab: {from-snapshot: base}\n", "job.yaml:1:7: 'lab.from-snapshot' is for the machines of 'roles', and the job has none")]
    [InlineData("roles: [[a]]\nlab: {from-snapshot: base}\n", "job.yaml:2:7: 'lab.from-snapshot': machines cannot begin with the snapshot 'base': this lab keeps none")]
    [InlineData("roles: [[a]]\ntasks:\n- lab.snapshot: {nam: x}\n", "job.yaml:3:18: task 'lab.snapshot': unknown key 'nam'; it may have 'name' and 'replace'")]
    public async Task StartAsync_WrongJob_SaysWhereAndWhat(string yaml, string message)
    {
        using var host = new JobHost();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(yaml));
        Assert.Equal(message, error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(host.Archive));
    }

    [Theory]
    [InlineData("overide: {}\ntasks: [test.step: {name: a}]\n", "job.yaml:1:1: unknown key 'overide'; did you mean 'overrides'?")]
    [InlineData("interactive_on_error: true\ntasks: [test.step: {name: a}]\n", "job.yaml:1:1: unknown key 'interactive_on_error'; did you mean 'interactive-on-error'?")]
    [InlineData("task: [test.step: {name: a}]\ntasks: [test.group: [task]]\n", null)]
    [InlineData("overide: {}\noverrides: {}\ntasks: [test.step: {name: a}]\n", null)]
    [InlineData("workload: {}\ntasks: [test.step: {name: a}]\n", null)]
    [InlineData("x: y\n", "No tasks specified. Continuing anyway...")]
    public async Task Check_KeyThatMayBeASlip_WarnsAndRunsAsUpstream(string yaml, string? warning)
    {
        using var host = new JobHost();
        Assert.Equal(warning is null ? [] : [warning], host.Engine.Check(host.Job(yaml)));
        var result = await host.RunAsync(yaml);
        Assert.Equal(JobStatus.Pass, result.Status);
        Assert.Equal(warning is not null, (await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"))).Contains($"WARNING:teuthology.run:{warning}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_ArchiveThatCannotBeMade_SaysSoBeforeAnythingIsDone()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n- test.step: {name: a}\n");
        var job = host.Job("tasks:\n- test.step: {name: a}\n");
        var error = Assert.Throws<ConfigurationException>(() => host.Engine.Check(job with { ArchivePath = result.ArchivePath }));
        Assert.Equal($"{result.ArchivePath} is the archive of a job already; name another directory, or remove it", error.Message);
        error = Assert.Throws<ConfigurationException>(() => host.Engine.Check(job with { ArchivePath = "/proc/none/x" }));
        Assert.StartsWith("the archive directory /proc/none/x cannot be made or written to: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Name a directory that you may write to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_SeveralProblems_ListsAll()
    {
        using var host = new JobHost();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync("roles: 1\ntasks:\n- slep:\n- test.step:\n- kernel:\n"));
        Assert.StartsWith("the job has 3 problems:\n", error.Message);
        Assert.Contains("\n  job.yaml:1:1: 'roles' must be", error.Message);
        Assert.Contains("\n  job.yaml:3:3: unknown task 'slep'", error.Message);
        Assert.Contains("\n  job.yaml:5:3: kernel", error.Message);
    }

    [Fact]
    public async Task StartAsync_DashInsteadOfDot_FindsTheNearMiss()
    {
        using var host = new JobHost();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync("tasks:\n- test-step:\n"));
        Assert.Contains("did you mean 'test.step'?", error.Message);
    }

    [Fact]
    public async Task StartAsync_MoreMachinesThanAnyLab_IsAnError()
    {
        using var host = new JobHost();
        var yaml = "roles:\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"- [osd.{i}]\n"));
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(yaml));
        Assert.Equal("job.yaml:1:1: 'roles' asks for 100 machines; no lab can give more than 99", error.Message);
    }

    [Fact]
    public async Task StartAsync_MoreMachinesThanThisLab_SkipsWithTheRemedy()
    {
        using var host = new JobHost(new PaperLab(machines: 2));
        await using var session = await host.StartAsync("roles: [[a], [b], [c]]\n");
        Assert.Equal(
            "'roles' (job.yaml:1:1) asks for 3 machines, and the lab 'paper' gives at most 2 at once. Set TEUTHOLOGY_LAB_NODES=3 or more",
            session.SkipReason);
        var result = await session.UnwindAsync();
        Assert.Equal((JobStatus.Skip, session.SkipReason, null), (result.Status, result.FailureReason, result.ArchivePath));
        Assert.Equal(["ended: Skip"], host.Observed.All);
        Assert.Empty(Directory.GetFileSystemEntries(host.Archive));
    }

    [Theory]
    [InlineData("roles: [[a]]\ntasks:\n- test.group:\n  - test.needy:\n", "task 'test.needy' (job.yaml:4:5) needs /dev/fuse, which the lab 'paper' cannot give here. Write on better paper.")]
    [InlineData("roles: [[a]]\nneeds: [root, systemd]\n", "the job (job.yaml:2:15) needs systemd, which the lab 'paper' cannot give here. Write on better paper.")]
    public async Task StartAsync_LabLacksFeatures_SkipsWithTheRemedy(string yaml, string reason)
    {
        using var host = new JobHost(new PaperLab(features: LabFeatures.Root));
        await using var session = await host.StartAsync(yaml);
        Assert.Equal(reason, session.SkipReason);
    }
}

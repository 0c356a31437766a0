using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary>The supervisor as a dispatcher of upstream's kind calls it: machines locked on a server, and handed over in the job's file.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class SupervisorTests : IAsyncLifetime
{
    private const string Run = "teuth-2026-11-20_10:11:12-dummy-main-distro-default-loopback";
    private const string Owner = "scheduled_teuth@host";
    private readonly Cli _cli = new();
    private EmptyServer? _server;
    private LoopbackProvisioner? _lab;

    private string Archive => Path.Combine(_cli.Directory, "archive", Run, "7");

    public async Task InitializeAsync()
    {
        _lab = new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System);
        var offer = await _lab.DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
        await _lab.PrepareAsync(null, default);
        _server = await EmptyServer.StartAsync();
        _cli.Environment["TEUTHOLOGY_CONFIG"] = _cli.Write(
            "site.yaml", $"results_server: {_server.Url}\nlock_server: {_server.Url}\nlab_domain: ''\narchive_base: {_cli.Directory}/archive\nreimage_failures: 2\n");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await TeuthologyProgram.RunAsync(Start("lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Supervisor_JobWithTargets_ImagesThemRunsTheJobAndUnlocks()
    {
        var before = await _lab!.StartAsync("lo1", null, default);
        var file = await HandOverAsync("lo1", "loopback", before.HostKey!, "true");

        var result = await SuperviseAsync(file);

        Assert.True(result.ExitCode == 0, result.Error + await LogAsync());
        var job = await JobAsync();
        Assert.Equal("pass", (string)job["status"]!);
        var fresh = (await _lab.FindAsync("lo1", default))!;
        Assert.NotEqual(before.HostKey, fresh.HostKey);
        Assert.Equal(fresh.HostKey, (string)job["targets"]!["ubuntu@lo1"]!);
        var node = await NodeAsync("lo1");
        Assert.False(node.Locked);
        Assert.Equal(fresh.HostKey, node.SshPubKey);
    }

    [SkippableFact]
    public async Task Supervisor_UnlockOnFailureIsFalse_LeavesTheMachinesLocked()
    {
        var machine = await _lab!.StartAsync("lo1", null, default);
        var file = await HandOverAsync("lo1", "iron", machine.HostKey!, "exit 3", "unlock_on_failure: false\n");

        var result = await SuperviseAsync(file);

        Assert.True(result.ExitCode == 1, result.Error + await LogAsync());
        Assert.Equal("fail", (string)(await JobAsync())["status"]!);
        Assert.Contains("Skipping reimage of lo1 because nobody images machines of type iron", await LogAsync(), StringComparison.Ordinal);
        Assert.Equal(machine.HostKey, (await _lab.FindAsync("lo1", default))!.HostKey);
        Assert.Equal((true, Archive), (await NodeAsync("lo1")) is var node ? (node.Locked, node.Description) : default);
    }

    [SkippableFact]
    public async Task Supervisor_MachinesThatAreNeverUp_EndsDeadUnlocksAndTakesThemOutOfUseTheSecondTime()
    {
        // Of the embedded lab's type, but no machine of it.
        foreach (var isUp in new[] { true, false })
        {
            var result = await SuperviseAsync(await HandOverAsync("lo999", "loopback", "ssh-ed25519 AAAA", "true", id: isUp ? "7" : "8"));

            Assert.Equal(1, result.ExitCode);
            var node = await NodeAsync("lo999");
            Assert.Equal((false, isUp), (node.Locked, node.Up));
        }

        var jobs = JsonNode.Parse(await _server!.Http.GetStringAsync($"/runs/{Run}/jobs/"))!.AsArray();
        Assert.All(jobs, job => Assert.Equal("dead", (string)job!["status"]!));
        Assert.All(jobs, job => Assert.StartsWith("Error reimaging machines: ", (string)job!["failure_reason"]!, StringComparison.Ordinal));
        Assert.Equal("reimage failed 2 times", (await NodeAsync("lo999")).Description);
    }

    // As upstream's dispatcher does: locked for the archive, then written into the job.
    private async Task<string> HandOverAsync(string node, string type, string key, string command, string more = "", string id = "7")
    {
        var archive = Path.Combine(_cli.Directory, "archive", Run, id);
        await using var directory = _server!.Client();
        if (await directory.FindAsync(node, default) is null)
            await directory.CreateAsync(node, new NodeUpdate { MachineType = type, Up = true, SshPubKey = new Change<string?>(key) }, default);
        await directory.LockAsync(node, new LockTerms { Owner = Owner, Description = archive }, default);
        return _cli.Write(Path.Combine("archive", Run, id, "orig.config.yaml"), $$"""
            name: {{Run}}
            job_id: '{{id}}'
            archive_path: {{archive}}
            owner: {{Owner}}
            description: dummy/{one}
            machine_type: {{type}}
            verbose: false
            roles: [[a.0]]
            targets:
              ubuntu@{{node}}: {{key}}
            tasks:
            - exec:
                a.0: ['{{command}}']
            {{more}}
            """);
    }

    private Task<CliResult> SuperviseAsync(string file) => TeuthologyProgram.RunAsync(
        Start("supervisor", "-v", "--bin-path", Path.GetDirectoryName(TeuthologyProgram.Path)!, "--archive-dir", Path.Combine(_cli.Directory, "archive"), "--job-config", file, "--lab", "loopback"));

    private async Task<string> LogAsync() => await File.ReadAllTextAsync(Path.Combine(Archive, "supervisor.7.log"));

    private async Task<JsonNode> JobAsync() => JsonNode.Parse(await _server!.Http.GetStringAsync($"/runs/{Run}/jobs/7/"))!;

    private async Task<NodeRecord> NodeAsync(string name)
    {
        await using var directory = _server!.Client();
        return (await directory.FindAsync(name, default))!;
    }

    private ProcessStartInfo Start(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_CONFIG"] = _cli.Environment["TEUTHOLOGY_CONFIG"];
        start.Environment["HOME"] = _cli.Directory;
        return start;
    }
}

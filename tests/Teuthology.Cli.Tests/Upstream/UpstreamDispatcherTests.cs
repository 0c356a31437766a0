using System.Diagnostics;
using Teuthology.Lab;
using Teuthology.Server.Tests;

namespace Teuthology.Cli.Tests;

/// <summary>Upstream's dispatcher with a job that we queued, on a machine of the loopback lab that our server has: it locks, and a supervisor sees the job through.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class UpstreamDispatcherTests : IAsyncLifetime
{
    private const string Run = "teuth-2026-11-20_10:11:12-dummy-main-distro-default-loopback";
    private readonly Cli _cli = new();
    private Checkout? _upstream;
    private EmptyServer? _server;
    private ToolSite? _site;

    public async Task InitializeAsync()
    {
        _upstream = await Checkout.CopyAsync("TEUTHOLOGY_UPSTREAM", "ceph/teuthology", "requests", "yaml", "gevent", "paramiko", "netaddr", "docopt", "psutil");
        _server = await EmptyServer.StartAsync();
        _site = await ToolSite.StartAsync(
            _cli,
            _server.Url,
            $"lock_server: {_server.Url}\nlab_domain: ''\nreserve_machines: 0\nwatchdog_interval: 1\nteuthology_path: {_cli.Directory}/teuthology\nsrc_base_path: {_cli.Directory}/src\n");
    }

    public async Task DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _upstream?.Dispose();
        _cli.Dispose();
    }

    [SkippableTheory]
    [InlineData("ours", "true", "pass")]
    [InlineData("ours", "exit 3", "fail")]
    [InlineData("upstream", "true", "pass")]
    public async Task UpstreamsDispatcher_JobThatWeQueued_ASupervisorRunsItToItsEnd(string supervisor, string command, string status)
    {
        var lab = new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System);
        await lab.PrepareAsync(null, default);
        var machine = await lab.StartAsync("lo1", null, default);
        await using var nodes = _server!.Client();
        await nodes.CreateAsync("lo1", new NodeUpdate { MachineType = "loopback", Up = true, SshPubKey = new Change<string?>(machine.HostKey) }, default);
        Programs(supervisor);
        var suites = await SuitesAsync();
        var job = _cli.Write("job.yaml", $"suite_repo: file://{suites}\nsuite_branch: main\nsuite_relpath: ''\nteuthology_sha1: none\nmachine_type: loopback\nroles: [[a.0]]\ntasks:\n- exec: {{a.0: ['{command}']}}\n");
        var put = await _cli.RunAsync("schedule", "--name", Run, "-d", "dummy/{one}", "-w", "loopback", "-o", "scheduled_teuth@host", job);
        Assert.True(put.ExitCode == 0, put.Error);

        var dispatched = await _site!.UpstreamAsync(
            _upstream!, "dispatcher", "--archive-dir", _site.Archive, "--log-dir", _cli.Directory, "--tube", "loopback", "--exit-on-empty-queue");

        var log = Path.Combine(_site.Archive, Run, "1", "supervisor.1.log");
        Assert.True(dispatched.ExitCode == (status == "pass" ? 0 : 1), dispatched.Error + (File.Exists(log) ? await File.ReadAllTextAsync(log) : ""));
        var told = Assert.Single(await _site.JobsAsync(Run));
        Assert.Equal((status, "dummy/{one}"), ((string)told["status"]!, (string)told["description"]!));
        Assert.Equal(supervisor == "ours", (await nodes.FindAsync("lo1", default))!.SshPubKey != machine.HostKey);
        Assert.False((await nodes.FindAsync("lo1", default))!.Locked);
        await using var queue = _site.Queue();
        Assert.Empty(await queue.ListAsync(Scheduling.QueueQuery.All, default));
    }

    // Where the dispatcher looks for the programs of the teuthology that the site has.
    private void Programs(string supervisor)
    {
        var bin = Path.Combine(_cli.Directory, "teuthology", ".venv", "bin");
        Directory.CreateDirectory(bin);
        File.CreateSymbolicLink(Path.Combine(bin, "teuthology"), TeuthologyProgram.Path);
        if (supervisor == "ours")
            File.CreateSymbolicLink(Path.Combine(bin, "teuthology-supervisor"), TeuthologyProgram.Path);
        else
            _upstream!.Wrap(Path.Combine(bin, "teuthology-supervisor"), "supervisor");
    }

    private async Task<string> SuitesAsync()
    {
        var directory = Path.Combine(_cli.Directory, "suites.git");
        const string make = "git init -q -b main \"$1\" && cd \"$1\" && mkdir suites && echo '# suites' > suites/README && git add . && git -c user.name=t -c user.email=t@example.com commit -q -m suites";
        using var git = Process.Start("sh", ["-c", make, "sh", directory]);
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
        return directory;
    }
}

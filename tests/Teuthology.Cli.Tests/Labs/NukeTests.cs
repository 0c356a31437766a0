using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary><c>nuke</c> and <c>reimage</c> on machines that tests left in every state they leave machines in.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class NukeTests : IAsyncLifetime
{
    // A package, daemons, a process of the test directory, mounts, files, sources, a firewall table, a setting; and a process that is nobody's business.
    private const string Dirt = """
        sudo apt-get install -qq librados2 >/dev/null 2>&1
        mkdir -p cephtest/x /tmp/cephtest; sudo mkdir -p /etc/ceph /var/log/ceph /var/lib/ceph/osd/ceph-0; sudo touch /etc/ceph/ceph.conf /var/log/ceph/a.log
        sudo mount -t tmpfs t /var/lib/ceph/osd/ceph-0; sudo mount -t tmpfs t cephtest/x
        cp /bin/sleep cephtest/tool; (cd cephtest && exec ./tool 86431) >/dev/null 2>&1 </dev/null &
        sudo cp /bin/sleep /usr/local/bin/ceph-osd; sudo /usr/local/bin/ceph-osd 86432 >/dev/null 2>&1 </dev/null &
        sleep 86433 >/dev/null 2>&1 </dev/null &
        sudo nft add table inet teuthology; sudo touch /etc/apt/sources.list.d/ceph.list /etc/logrotate.d/ceph-test
        echo "kernel.core_pattern=$HOME/cephtest/archive/x" | sudo tee -a /etc/sysctl.conf >/dev/null
        while ! pgrep -x tool >/dev/null || ! pgrep -x ceph-osd >/dev/null; do sleep 0.1; done
        """;

    private const string Look = "pgrep -x tool; pgrep -x ceph-osd; pgrep -fc 'sleep 8643[3]'; ls -d cephtest /etc/ceph /var/lib/ceph /etc/apt/sources.list.d/ceph.list 2>/dev/null; mount | grep ceph; dpkg-query -W librados2 2>/dev/null; grep cephtest /etc/sysctl.conf; sudo nft list tables";

    private readonly Cli _cli = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync("lab", "down", "--force", "--lab", "root");
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task Nuke_MachineWithAllThatTestsLeave_IsPristineAndTellsWhatItHad()
    {
        await RequireRootAsync();
        await OkAsync("lab", "up", "--nodes", "2", "--lab", "root");
        await OkAsync("lab", "ssh", "--lab", "root", "n1", Dirt);
        var before = (await RunAsync("lab", "ssh", "--lab", "root", "n1", Look)).Output;

        var dry = Report((await OkAsync("nuke", "n1", "--dry-run", "--json")).Output);
        Assert.Equal(before, (await RunAsync("lab", "ssh", "--lab", "root", "n1", Look)).Output);
        var targets = _cli.Write("targets.yaml", (await OkAsync("lock", "--list-targets", "n1", "n2")).Output);
        var all = await OkAsync("nuke", "-t", targets, "--no-reboot", "--json");

        var reports = all.Lines.Select(line => JsonNode.Parse(line)).ToDictionary(r => (string)r!["host"]!);
        Assert.Equal((true, true), ((bool)reports["n1"]!["pristine"]!, (bool)reports["n2"]!["pristine"]!));
        Assert.Empty(reports["n2"]!["found"]!.AsArray());
        var had = Report(all.Lines.Single(line => line.Contains("\"n1\"", StringComparison.Ordinal)));
        foreach (var what in new[]
        {
            "package librados2", "mount /var/lib/ceph/osd/ceph-0 (tmpfs)", "mount /home/ubuntu/cephtest/x (tmpfs)", "firewall nft table inet teuthology", "source /etc/apt/sources.list.d/ceph.list",
            "file /etc/logrotate.d/ceph-test", "file /home/ubuntu/cephtest", "sysctl 1 lines of /etc/sysctl.conf",
        })
        {
            Assert.Contains(what, had);
            Assert.Contains(what, dry);
        }

        Assert.Equal(2, had.Count(found => found.StartsWith("process ", StringComparison.Ordinal)));
        Assert.Equal("1\n", (await RunAsync("lab", "ssh", "--lab", "root", "n1", Look)).Output);
    }

    [SkippableFact]
    public async Task Nuke_MachinesOfAJob_EndsItsProcessRestartsAndUnlocksThem()
    {
        await RequireRootAsync();
        await OkAsync("lab", "up", "--nodes", "1", "--lab", "root");
        var owner = $"{Environment.UserName}@{Environment.MachineName}";
        var archive = Path.GetDirectoryName(_cli.Write("run/7/config.yaml", "targets: {ubuntu@n1: ssh-ed25519 AAAA}\n"))!;
        using var controller = Process.Start(new ProcessStartInfo("sh", ["-c", "read line", archive]) { RedirectStandardInput = true })!;
        _cli.Write("run/7/info.yaml", $"owner: {owner}\npid: {controller.Id}\n");
        await OkAsync("lab", "ssh", "--lab", "root", "n1", "mkdir cephtest; sudo mkdir -p /var/log/ceph; cat /proc/1/stat > stat; sleep 86434 >/dev/null 2>&1 </dev/null &");

        (await RunAsync("nuke", "-a", archive, "--owner", "other@there")).AssertBadInput($"nothing was touched: n1 is locked by {owner}, not other@there (--owner)");
        Assert.False(controller.HasExited);
        var result = await OkAsync("nuke", "-a", archive, "--unlock", "--keep-logs", "--json");

        Assert.True(controller.WaitForExit(TimeSpan.FromMinutes(2)));
        var report = JsonNode.Parse(result.Output)!;
        Assert.Equal((true, true), ((bool)report["pristine"]!, (bool)report["rebooted"]!));
        Assert.Contains("unlocked: n1", result.Error, StringComparison.Ordinal);
        await OkAsync("lab", "ssh", "--lab", "root", "n1", "test -d cephtest && test -d /var/log/ceph && ! pgrep -f 'sleep 8643[4]'");
        (await RunAsync("nuke", "n1")).AssertBadInput("n1 is not locked");
    }

    [SkippableFact]
    public async Task Reimage_MachinesOfTheLab_AreFreshAndWrittenDown()
    {
        await RequireRootAsync();
        await OkAsync("lab", "up", "--nodes", "2", "--lab", "root");
        await OkAsync("lab", "ssh", "--lab", "root", "n1", "touch old");
        var keys = (await OkAsync("lock", "--list-targets", "n1", "n2")).Output;

        Assert.Equal(["n1 is fresh: debian 12", "n2 is fresh: debian 12"], (await OkAsync("reimage", "--os-type", "debian", "--os-version", "12", "n1", "n2")).Lines.Order());

        await OkAsync("lab", "ssh", "--lab", "root", "n1", "test ! -e old");
        Assert.NotEqual(keys, (await OkAsync("lock", "--list-targets", "n1", "n2")).Output);
        Assert.Contains("Some of the nodes are not owned by 'other@there': ['n1']", await RefusedAsync("reimage", "--owner", "other@there", "n1"), StringComparison.Ordinal);
        Assert.Contains("Some of the nodes are not locked: ['n3']", await RefusedAsync("reimage", "n1", "n3"), StringComparison.Ordinal);
        Assert.Contains("Following nodes cannot have ubuntu , as the embedded lab has one system only: ['n1']", await RefusedAsync("reimage", "--os-type", "ubuntu", "n1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nuke_LineThatMakesNoSense_IsRefused()
    {
        (await _cli.RunAsync("nuke")).AssertBadInput("name machines, or a file of targets (-t), an archive (-a), or --stale with --owner");
        (await _cli.RunAsync("nuke", "--stale")).AssertBadInput("--stale needs --owner");
        (await _cli.RunAsync("nuke", "-r", "-R", "n1")).AssertBadInput("--reboot-all and --no-reboot are mutually exclusive");
        (await _cli.RunAsync("nuke", "-a", _cli.Directory)).AssertBadInput("this is no archive of a job");
        (await _cli.RunAsync("nuke", "nobody")).AssertBadInput("does not know nobody, so nobody can tell whose it is");
    }

    private static List<string> Report(string json) => [.. JsonNode.Parse(json)!["found"]!.AsArray().Select(f => $"{(string)f!["kind"]!} {(string)f["what"]!}")];

    private static async Task RequireRootAsync()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root for machines with a root of their own; run the tests as root");
        var offer = await new RootProvisioner(LabOptions.FromEnvironment(), TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no root lab: {offer.Remedy}");
    }

    private async Task<string> RefusedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.Equal(1, result.ExitCode);
        return result.Error;
    }

    private async Task<CliResult> OkAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode}: {result.Output}{result.Error}");
        return result;
    }

    private Task<CliResult> RunAsync(params string[] arguments)
    {
        var start = TeuthologyProgram.Start(_cli.State, arguments);
        start.Environment["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive");
        start.Environment["TEUTHOLOGY_LAB"] = "root";
        return TeuthologyProgram.RunAsync(start, TimeSpan.FromMinutes(15));
    }
}

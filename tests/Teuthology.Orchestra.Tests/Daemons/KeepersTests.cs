namespace Teuthology.Orchestra.Tests;

/// <summary>Daemons under daemon-helper, of systemd and of cephadm; systemctl, journalctl and podman are programs of the test.</summary>
public sealed class KeepersTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly StandIns tools = new();

    public Task InitializeAsync() => tools.InitializeAsync();

    public Task DisposeAsync() => tools.DisposeAsync();

    [SkippableFact]
    public async Task ByHelper_SignalsAndEndOfInput_ReachTheDaemon()
    {
        await using var remote = tools.Remote();
        var helper = Path.Combine(AppContext.BaseDirectory, "daemon-helper");
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var daemons = new RemoteDaemons(tools.Log);
        var starts = 0;
        var daemon = (RemoteDaemon)await daemons.AddAsync(
            "osd.0",
            remote,
            () => RemoteCommand.Args(helper, "term", "sh", "-c", $"trap 'echo hup' HUP; trap 'echo bye; exit 0' TERM; echo start{++starts} $1; while :; do sleep 0.05; done", "sh"),
            new DaemonOptions { ByHelper = true, StopGrace = Patience },
            default);
        await SayAsync("start1");
        Assert.Null(await daemon.CheckStatusAsync(default));
        await daemon.SignalAsync(1, default);
        await SayAsync("hup");
        await daemon.RestartWithAsync(["it's more"], default);
        await SayAsync("start2 it's more");
        Assert.True(await daemon.IsRunningAsync(default));
        await daemons.StopTypeAsync("osd", "ceph", Patience, default);
        Assert.False(daemon.Running);
        Assert.Equal(2, tools.Log.Output.Count(line => line.EndsWith(":bye")));
        Assert.Contains("Shutting down osd daemons...", tools.Log.Lines);
    }

    [SkippableFact]
    public async Task WaitAsync_EndsByItself_GivesItsStatus()
    {
        await using var remote = tools.Remote();
        await using var daemons = new RemoteDaemons();
        var daemon = await daemons.StartAsync("mon.a", remote, RemoteCommand.Script("sleep 0.3; exit 5"), default);
        Assert.Equal(5, (await Assert.ThrowsAsync<CommandFailedException>(() => daemon.WaitAsync(Patience, default))).ExitStatus);
        Assert.Null(await daemon.CheckStatusAsync(default));
        await daemon.StartAsync(default);
        await LocalProcesses.UntilAsync(() => daemon.Process!.Finished);
        Assert.Equal(5, (await Assert.ThrowsAsync<CommandFailedException>(() => daemon.CheckStatusAsync(default))).ExitStatus);
        var slow = await daemons.StartAsync("mon.b", remote, RemoteCommand.Args("sleep", "300"), default);
        await Assert.ThrowsAsync<PollExhaustedException>(() => slow.WaitAsync(TimeSpan.FromSeconds(0.2), default));
    }

    [SkippableFact]
    public async Task Cephadm_Unit_IsRunByItsNamesAndItsJournalRead()
    {
        tools.Write("systemctl", """
            case $1 in
                start | restart) echo up >"$D/unit" ;;
                stop) rm -f "$D/unit" ;;
                status) [ -e "$D/unit" ] || exit 3 ;;
            esac
            """);
        tools.Write("journalctl", "echo a line of the journal; exec sleep 300");
        tools.Write("podman", """[ "$1" = --version ] || exit 1""");
        await using var remote = tools.Remote();
        await using var daemons = new RemoteDaemons(tools.Log) { UseCephadm = true };
        await Assert.ThrowsAsync<ConfigurationException>(() => daemons.RegisterAsync("osd.3", remote, () => RemoteCommand.Args("true"), new DaemonOptions(), default));
        var unit = (CephadmUnit)await daemons.AddAsync("osd.3", remote, () => RemoteCommand.Args("true"), new DaemonOptions { Fsid = "1-2" }, default);
        Assert.Same(unit, daemons.Find("osd", "3"));
        Assert.Equal(("ceph-1-2@osd.3", "ceph-1-2-osd-3"), (unit.Name, unit.Container));
        await SayAsync("a line of the journal");
        Assert.Null(await unit.CheckStatusAsync(default));
        await unit.RestartAsync(default);
        await unit.SignalAsync(9, default);
        await Assert.ThrowsAsync<TeuthologyException>(() => unit.RestartWithAsync(["x"], default));
        await unit.StopAsync(Patience, default);
        Assert.Equal((0, false), (await unit.CheckStatusAsync(default), await unit.IsRunningAsync(default)));
        await unit.StopAsync(Patience, default);
        Assert.Contains("Tried to stop a non-running daemon", tools.Log.Lines);
        Assert.Contains(tools.Log.Lines, line => line.StartsWith("Ignoring exception while sending signal: Command failed on smithi001 with status 1", StringComparison.Ordinal));
        Assert.Equal(
            ["journalctl -f -n 0 -u ceph-1-2@osd.3.service", "systemctl start ceph-1-2@osd.3", "systemctl status ceph-1-2@osd.3", "systemctl restart ceph-1-2@osd.3", "podman --version", "podman kill -s 9 ceph-1-2-osd-3", "systemctl stop ceph-1-2@osd.3", "systemctl status ceph-1-2@osd.3"],
            tools.Asked().OrderBy(line => line.StartsWith("journalctl", StringComparison.Ordinal) ? 0 : 1));
    }

    [SkippableFact]
    public async Task Cephadm_NoRuntime_IsTold()
    {
        tools.Write("podman", "exit 127");
        tools.Write("docker", "exit 127");
        await using var remote = tools.Remote();
        await using var unit = new CephadmUnit(remote, new Role("ceph", "osd", "0"), "1", tools.Log);
        Assert.Equal("no container runtime found!", (await Assert.ThrowsAsync<TeuthologyException>(() => unit.SignalAsync(1, default))).Message);
        tools.Write("docker", "");
        Assert.Equal("docker", await unit.RuntimeAsync(default));
    }

    [SkippableFact]
    public async Task RegisterAsync_WhoKeepsIt_FollowsUpstreamsRule()
    {
        tools.Write("systemctl", """
            case $1 in
                show) printf 'ActiveState=%s\nSubState=x\nMainPID=%s\nExecMainStatus=0\n' $(cat "$D/state") ;;
                start | restart) echo active 4711 >"$D/state" ;;
                stop) echo inactive 0 >"$D/state" ;;
            esac
            """);
        await File.WriteAllTextAsync(Path.Combine(tools.Tools, "state"), "inactive 0");
        await using var remote = tools.Remote();
        var facts = await remote.Facts.GetAsync(default);
        await using var daemons = new RemoteDaemons(tools.Log) { UseSystemd = true };
        remote.Facts.Assumed = facts with { HasSystemd = false };
        Assert.IsType<RemoteDaemon>(await daemons.RegisterAsync("osd.0", remote, () => RemoteCommand.Args("sleep", "300"), new DaemonOptions(), default));
        remote.Facts.Assumed = facts with { HasSystemd = true };
        Assert.IsType<RemoteDaemon>(await daemons.RegisterAsync("osd.0", remote, () => RemoteCommand.Args("valgrind", "sleep", "300"), new DaemonOptions(), default));
        var unit = Assert.IsType<SystemdUnit>(await daemons.AddAsync("osd.0", remote, () => RemoteCommand.Args("sleep", "300"), new DaemonOptions(), default));
        Assert.True(await unit.IsRunningAsync(default));
        await unit.RestartWithAsync(["--x"], default);
        Assert.Contains("restart_with_args() is not supported with systemd; performing normal restart", tools.Log.Lines);
        Assert.False(daemons.TryFind("osd.0", out _));
        Assert.Equal(["osd.0"], daemons.Resolve(["osd.*"], ["osd"]));
        await unit.StopAsync(Patience, default);
        await unit.WaitAsync(Patience, default);
        Assert.False(await unit.IsRunningAsync(default));
    }

    private Task SayAsync(string text) => LocalProcesses.UntilAsync(() => tools.Log.Output.Any(line => line.EndsWith(':' + text)));
}

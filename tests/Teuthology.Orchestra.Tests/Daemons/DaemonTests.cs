namespace Teuthology.Orchestra.Tests;

public sealed class DaemonTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);
    private static readonly RemoteCommand Polite = RemoteCommand.Script("trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.05; done");

    [SkippableFact]
    public async Task StopAsync_PoliteDaemon_EndsByItsSignal()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons(log);
        var daemon = await daemons.StartAsync("osd.0", remote, Polite, default);
        await SayAsync(log, "hello", 1);
        Assert.True(daemon.Running);
        await daemon.StopAsync(Grace, default);
        Assert.Equal((false, false, null), (daemon.Running, daemon.Died, daemon.Process));
        Assert.Contains("smithi001.stdout:bye", log.Output);
        Assert.DoesNotContain(log.Lines, line => line.Contains("ended by itself"));
    }

    [SkippableFact]
    public async Task StopAsync_StubbornDaemon_IsKilledAfterItsGrace()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log, options: new RemoteOptions { KillGrace = TimeSpan.FromSeconds(0.2) });
        await using var daemons = new RemoteDaemons();
        var daemon = await daemons.StartAsync("osd.0", remote, RemoteCommand.Script("trap '' TERM; echo deaf; sleep 300; :"), default);
        await SayAsync(log, "deaf", 1);
        await daemon.StopAsync(TimeSpan.FromSeconds(0.3), default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.False(daemon.Running);
    }

    [SkippableFact]
    public async Task RestartAsync_Running_AsksForTheCommandAnew()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons();
        var starts = 0;
        var daemon = await daemons.StartAsync("mon.a", remote, () => RemoteCommand.Script($"echo start{++starts}; exec sleep 300"), new DaemonOptions { StopGrace = Grace }, default);
        await SayAsync(log, "start1", 1);
        await daemon.RestartAsync(default);
        await SayAsync(log, "start2", 1);
        Assert.True(daemon.Running);
        await daemons.StopAllAsync(Grace, default);
        Assert.False(daemon.Running);
    }

    [SkippableFact]
    public async Task SignalAsync_Kill_IsADeath()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons(log);
        var daemon = await daemons.StartAsync("osd.3", remote, Polite, default);
        await SayAsync(log, "hello", 1);
        await daemon.SignalAsync(9, default);
        var result = await daemon.Process!.WaitAsync(default).WaitAsync(Grace);
        Assert.Equal((-1, "KILL"), (result.ExitStatus, result.Signal));
        Assert.Equal([daemon], daemons.Died);
        await daemon.StartAsync(default);
        Assert.Empty(daemons.Died);
        await daemons.KillAllAsync(default);
        Assert.False(daemon.Running);
        Assert.Throws<TeuthologyException>(() => { _ = daemon.SignalAsync(1, default); });
    }

    [SkippableFact]
    public async Task StartAsync_LogFile_TakesTheOutput()
    {
        await using var remote = sshd.Remote();
        await using var daemons = new RemoteDaemons();
        var file = Path.GetTempFileName();
        var daemon = await daemons.StartAsync("x.y", remote, () => RemoteCommand.Args("sh", "-c", "echo out; echo err >&2"), new DaemonOptions { LogFile = file }, default);
        await daemon.Process!.WaitAsync(default);
        Assert.Equal("out\nerr\n", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [SkippableFact]
    public async Task StartAsync_SameRole_ReplacesTheFormer()
    {
        await using var remote = sshd.Remote();
        await using var daemons = new RemoteDaemons();
        var former = await daemons.StartAsync("osd.0", remote, Polite, default);
        var latter = await daemons.StartAsync("osd.0", remote, Polite, default);
        Assert.False(former.Running);
        Assert.Same(latter, Assert.Single(daemons.OfType("osd")));
        Assert.Same(latter, daemons["osd.0"]);
        Assert.Contains("no daemon osd.1 was started; there are: osd.0", Assert.Throws<TeuthologyException>(() => daemons["osd.1"]).Message);
    }

    private static Task SayAsync(LineKeeper log, string word, int times) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(20), Tries = 1000 }.UntilAsync(_ => Task.FromResult(log.Output.Count(line => line.EndsWith(word)) >= times), default);
}

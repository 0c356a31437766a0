using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra.Tests;

public sealed class DaemonTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    private static readonly RemoteCommand Polite = RemoteCommand.Script("trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.05; done");

    [SkippableFact]
    public async Task StopAsync_PoliteDaemon_EndsByItsSignal()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons(NullLogger.Instance);
        var daemon = await daemons.StartAsync("osd.0", remote, Polite, null, default);
        await SayAsync(log, "hello", 1);
        Assert.True(daemon.Running);
        await daemon.StopAsync(default);
        Assert.False(daemon.Running);
        Assert.False(daemon.Died);
        Assert.Equal(0, (await daemon.WaitAsync(default))!.ExitStatus);
        Assert.Contains("smithi001.stdout:bye", log.Output);
    }

    [SkippableFact]
    public async Task StopAsync_StubbornDaemon_IsKilledAfterItsGrace()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { KillGrace = TimeSpan.FromSeconds(0.2) });
        await using var daemons = new RemoteDaemons(NullLogger.Instance);
        var daemon = await daemons.StartAsync("osd.0", remote, RemoteCommand.Script("trap '' TERM; sleep 300; :"), new DaemonOptions { StopGrace = TimeSpan.FromSeconds(0.3) }, default);
        await Task.Delay(300);
        await daemon.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(daemon.Running);
    }

    [SkippableFact]
    public async Task RestartAsync_Running_StartsAnew()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons(NullLogger.Instance);
        var daemon = await daemons.StartAsync("mon.a", remote, Polite, null, default);
        await SayAsync(log, "hello", 1);
        await daemon.RestartAsync(default);
        await SayAsync(log, "hello", 2);
        Assert.True(daemon.Running);
        await daemons.StopAllAsync(default);
        Assert.All(daemons.All, d => Assert.False(d.Running));
    }

    [SkippableFact]
    public async Task SignalAsync_Kill_IsADeath()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var daemons = new RemoteDaemons(log);
        var daemon = await daemons.StartAsync("osd.3", remote, Polite, null, default);
        await SayAsync(log, "hello", 1);
        await daemon.SignalAsync(9, default);
        var result = await daemon.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((-1, "KILL"), (result!.ExitStatus, result.Signal));
        Assert.Equal([daemon], daemons.Died());
        await daemon.StartAsync(default);
        Assert.Empty(daemons.Died());
    }

    [SkippableFact]
    public async Task StartAsync_LogFile_TakesTheOutput()
    {
        await using var remote = sshd.Remote();
        await using var daemons = new RemoteDaemons(NullLogger.Instance);
        var file = Path.GetTempFileName();
        var daemon = await daemons.StartAsync("x.y", remote, RemoteCommand.Args("sh", "-c", "echo out; echo err >&2"), new DaemonOptions { LogFile = file }, default);
        await daemon.WaitAsync(default);
        Assert.Equal("out\nerr\n", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [SkippableFact]
    public async Task StartAsync_SameName_ReplacesTheFormer()
    {
        await using var remote = sshd.Remote();
        await using var daemons = new RemoteDaemons(NullLogger.Instance);
        var former = await daemons.StartAsync("osd.0", remote, Polite, null, default);
        var latter = await daemons.StartAsync("osd.0", remote, Polite, null, default);
        Assert.False(former.Running);
        Assert.Equal([latter], daemons.OfType("osd"));
        Assert.Same(latter, daemons.Get("osd.0"));
        Assert.Contains("osd.0", Assert.Throws<ConfigurationException>(() => daemons.Get("osd.1")).Message);
    }

    private static Task SayAsync(LineKeeper log, string word, int times) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(20), Tries = 1000 }.UntilAsync(_ => Task.FromResult(log.Output.Count(line => line.EndsWith(word)) >= times), default);
}

using System.Text;

namespace Teuthology.Orchestra.Tests;

public sealed class LostLinkTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_LinkDownFiveSeconds_OutputIsWholeAndStatusRight()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        using var stdout = new MemoryStream();
        var command = RemoteCommand.Script("seq 1 400000; seq 1 100000 >&2; sleep 1; seq 400001 800000; exit 7") with { StdoutTo = stdout, CheckStatus = false, Quiet = true };
        var running = remote.RunAsync(command, default);
        await LocalProcesses.UntilAsync(() => stdout.Length > 500_000);
        await link.CutForAsync(TimeSpan.FromSeconds(5));
        var result = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(7, result.ExitStatus);
        Assert.Equal(Sequence(1, 800000), Encoding.ASCII.GetString(stdout.ToArray()));
        Assert.Equal(Sequence(1, 100000), result.Stderr);
        Assert.True(link.Dialed >= 2);
    }

    [SkippableFact]
    public async Task Cut_StateWasTakenAway_LeavesNoWorker()
    {
        var link = new CutLink();
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var remote = Remote(link, directory: directory);
        await remote.ShAsync("echo", default);
        Assert.NotEqual(0, LocalProcesses.Naming($"guardian work {directory}"));
        Directory.Delete(directory, recursive: true);
        link.Cut();
        await LocalProcesses.UntilAsync(() => LocalProcesses.Naming($"guardian work {directory}") == 0);
        link.Mend();
    }

    [SkippableFact]
    public async Task RunAsync_LinkCutAgainAndAgain_NoByteLostOrDoubled()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        var warm = await remote.RunAsync(RemoteCommand.Script("seq 1 300000"), default);
        Assert.Equal(Sequence(1, 300000), warm.Stdout);
        using var stdout = new MemoryStream();
        var command = RemoteCommand.Script("i=0; while [ $i -lt 40 ]; do i=$((i+1)); seq $((i*20000-19999)) $((i*20000)); sleep 0.05; done") with { StdoutTo = stdout };
        var running = remote.RunAsync(command, default);
        for (var cut = 1; cut <= 4; cut++)
        {
            var enough = cut * 800_000;
            await LocalProcesses.UntilAsync(() => stdout.Length > enough || running.IsCompleted);
            await link.CutForAsync(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(0, (await running.WaitAsync(TimeSpan.FromMinutes(2))).ExitStatus);
        Assert.Equal(Sequence(1, 800000), Encoding.ASCII.GetString(stdout.ToArray()));
        Assert.Equal("after\n", await remote.ShAsync("echo after", default));
    }

    [SkippableFact]
    public async Task RunAsync_CutWhileManyCommandsStart_EachRunsOnce()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        var directory = Directory.CreateTempSubdirectory().FullName;
        await remote.ConnectAsync(default);
        var running = InParallel.ForEachAsync(
            Enumerable.Range(0, 60), (i, ct) => remote.RunAsync(RemoteCommand.Script($"echo x >>{directory}/{i}; sleep 0.2; echo {i}"), ct), default);
        for (var cut = 0; cut < 3; cut++)
        {
            await Task.Delay(300);
            await link.CutForAsync(TimeSpan.FromMilliseconds(100));
        }

        // None runs twice, none is lost; one that had no session yet when the link went is started over the next connection.
        var outcomes = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}\n"), outcomes.Select(o => o.Stdout));
        Assert.All(Enumerable.Range(0, 60), i => Assert.Equal("x\n", File.ReadAllText(Path.Combine(directory, $"{i}"))));
        Directory.Delete(directory, recursive: true);
    }

    [SkippableFact]
    public async Task RunAsync_LinkDownForGood_IsLostConnectionAndTheHostEndsIt()
    {
        var link = new CutLink();
        await using var remote = Remote(link, lease: 3);
        var tag = LocalProcesses.Tag();
        var running = remote.RunAsync(RemoteCommand.Script($"echo before; sleep {tag}; :"), default);
        await LocalProcesses.AppearAsync(tag);
        link.Cut();
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(FailureKind.ConnectionLost, error.Kind);
        Assert.StartsWith($"SSH connection to smithi001 was lost: 'echo before; sleep {tag}; :'\nhost: smithi001.front.example.com\n", error.Message);
        Assert.Contains("not back within 3 seconds, after which the host ends the command", error.Message);
        Assert.Contains("before", error.Message);
        await LocalProcesses.VanishAsync(tag);
    }

    [SkippableFact]
    public async Task KillAsync_AfterReconnect_EndsTheSameCommand()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        var tag = LocalProcesses.Tag();
        await using var process = await remote.StartAsync(RemoteCommand.Args("sleep", tag), default);
        await LocalProcesses.AppearAsync(tag);
        await link.CutForAsync(TimeSpan.FromMilliseconds(200));
        Assert.Equal("back\n", await remote.ShAsync("echo back", default));
        Assert.False(process.Finished);
        Assert.Equal(1, LocalProcesses.Sleeping(tag));
        await process.KillAsync(default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("TERM", (await Assert.ThrowsAsync<CommandCrashedException>(() => process.WaitAsync(default))).Signal);
        Assert.Equal(0, LocalProcesses.Sleeping(tag));
    }

    [SkippableFact]
    public async Task RunAsync_StateGoneWhileAway_SaysThatTheStatusIsNotKnown()
    {
        var link = new CutLink();
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var remote = Remote(link, directory: directory);
        var tag = LocalProcesses.Tag();
        var running = remote.RunAsync(RemoteCommand.Args("sleep", tag), default);
        await LocalProcesses.AppearAsync(tag);
        link.Cut();
        await using (var other = sshd.Remote(options: new RemoteOptions { Guardian = null }))
            await other.ShAsync($"pkill -f 'sleep {tag}$'; rm -rf {directory}/teuthology-*", default);
        link.Mend();
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("how it ended is not known", error.Message);
        Assert.Equal("again\n", await remote.ShAsync("echo again", default));
        Directory.Delete(directory, recursive: true);
    }

    private static string Sequence(int from, int to) => string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"{i}\n"));

    private Remote Remote(CutLink link, double lease = 60, string? directory = null)
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var options = new RemoteOptions { Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(lease), Directory = directory }, ConnectTimeout = TimeSpan.FromSeconds(20) };
        return new Remote(sshd.Endpoint with { Dial = link.DialAsync }, new LineKeeper(), options);
    }
}

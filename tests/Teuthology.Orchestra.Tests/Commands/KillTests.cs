namespace Teuthology.Orchestra.Tests;

public sealed class KillTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    /// <summary>A shell with a child and a grandchild in the background, and one in a session of its own. Prints when all are there.</summary>
    private const string Tree = "sleep 300.TAG & (sh -c 'sleep 301.TAG; :' & sleep 302.TAG; :) & setsid sh -c 'sleep 303.TAG; :' & sleep 0.3; echo ready; wait";

    [SkippableFact]
    public async Task RunAsync_Cancelled_LeavesNoProcess()
    {
        await using var remote = sshd.Remote();
        var tag = Tag();
        using var cancel = new CancellationTokenSource();
        var running = remote.RunAsync(RemoteCommand.Script(Tree.Replace("TAG", tag)), cancel.Token);
        await AppearAsync(remote, tag, 4);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, await CountAsync(remote, tag));
    }

    [SkippableFact]
    public async Task RunAsync_Timeout_KillsTreeThatIgnoresTerm()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { KillGrace = TimeSpan.FromSeconds(0.5) });
        var tag = Tag();
        var command = RemoteCommand.Script($"trap '' TERM; echo working; sleep 300.{tag} & sleep 301.{tag}; :") with { Timeout = TimeSpan.FromSeconds(1), Label = "slow", CheckStatus = false };
        var error = await Assert.ThrowsAsync<CommandTimeoutException>(() => remote.RunAsync(command, default));
        Assert.StartsWith("Command timed out (slow) on smithi001 after 1 seconds: ", error.Message);
        Assert.Contains("working", error.Message);
        Assert.Equal(FailureKind.Timeout, error.Kind);
        Assert.Equal(0, await CountAsync(remote, tag));
    }

    [SkippableFact]
    public async Task KillAsync_Running_EndsItAsCrash()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Args("sleep", "300"), default);
        Assert.False(process.Finished);
        await process.KillAsync(default);
        Assert.True(process.Finished);
        Assert.Equal("TERM", (await Assert.ThrowsAsync<CommandCrashedException>(() => process.WaitAsync(default))).Signal);
    }

    [SkippableFact]
    public async Task KillAsync_AllSessionsTaken_DoesNotQueue()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { MaxConnections = 1 });
        var processes = await InParallel.ForEachAsync(Enumerable.Range(0, 9), (_, ct) => remote.StartAsync(RemoteCommand.Args("sleep", "300"), ct), default);
        var queued = remote.RunAsync(RemoteCommand.Args("true"), default);
        await InParallel.ForEachAsync(processes, (process, ct) => process.KillAsync(ct), default).WaitAsync(TimeSpan.FromMinutes(2));
        await queued.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [SkippableFact]
    public async Task KillAsync_DaemonHoldsOutputOpen_StillEnds()
    {
        await using var remote = sshd.Remote();
        var tag = Tag();
        await using var process = await remote.StartAsync(RemoteCommand.Script($"setsid sh -c 'setsid sleep 304.{tag} & :' ; sleep 300.{tag}"), default);
        await AppearAsync(remote, tag, 2);
        await process.KillAsync(default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(process.Finished);
        await remote.RunAsync(RemoteCommand.Script($"pkill -f 'sleep 304.{tag}$'; :"), default);
    }

    [SkippableFact]
    public async Task SignalAsync_Handled_CommandGoesOn()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var process = await remote.StartAsync(RemoteCommand.Script("trap 'echo hup; exit 7' HUP; echo ready; while :; do sleep 0.05; done") with { CheckStatus = false }, default);
        await LocalProcesses.UntilAsync(() => log.Output.Any(line => line.EndsWith("stdout:ready", StringComparison.Ordinal)));
        await process.SignalAsync(1, default);
        var result = await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(7, result.ExitStatus);
        Assert.EndsWith("hup\n", result.Stdout);
    }

    [SkippableFact]
    public async Task DisposeAsync_Running_LeavesNoProcess()
    {
        await using var remote = sshd.Remote();
        var tag = Tag();
        await using (await remote.StartAsync(RemoteCommand.Script(Tree.Replace("TAG", tag)), default))
            await AppearAsync(remote, tag, 4);
        Assert.Equal(0, await CountAsync(remote, tag));
    }

    [SkippableFact]
    public async Task StdinPipe_ClosedWithoutAByte_DeliversEndOfFile()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Script("wc -c") with { StdinPipe = true }, default);
        await process.Stdin.DisposeAsync();
        Assert.Equal("0\n", (await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2))).Stdout);
    }

    [SkippableFact]
    public async Task StdinPipe_WrittenInPieces_ArrivesInOrder()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Args("cat") with { StdinPipe = true }, default);
        await process.Stdin.WriteAsync("one "u8.ToArray());
        await process.Stdin.WriteAsync("two"u8.ToArray());
        await process.Stdin.DisposeAsync();
        Assert.Equal("one two", (await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2))).Stdout);
    }

    [SkippableFact]
    public async Task RunAsync_StdinPipe_IsRefused()
    {
        await using var remote = sshd.Remote();
        await Assert.ThrowsAsync<ArgumentException>(() => remote.RunAsync(RemoteCommand.Args("cat") with { StdinPipe = true }, default));
    }

    private static string Tag() => Random.Shared.Next(100_000, 999_999).ToString();

    private static async Task<int> CountAsync(Remote remote, string tag) =>
        int.Parse(await remote.ShAsync($"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -o 'sleep 30[0-9]\\.{tag[..3]}[{tag[3]}]{tag[4..]} ' | wc -l", default));

    private static Task AppearAsync(Remote remote, string tag, int count) =>
        new Poll { Sleep = TimeSpan.FromMilliseconds(50), Tries = 200 }.UntilAsync(async _ => await CountAsync(remote, tag) >= count, default);
}

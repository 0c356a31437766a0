using System.Security.Cryptography;

namespace Teuthology.Orchestra.Tests;

/// <summary>Input of commands whose connection is lost: what the host had is not sent again, what it had not is.</summary>
public sealed class LostInputTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task StdinPipe_LinkDownFiveSeconds_NoByteIsLostEitherWay()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        using var back = new MemoryStream();
        await using var process = await remote.StartAsync(RemoteCommand.Args("cat") with { StdinPipe = true, StdoutTo = back }, default);
        using var sent = new MemoryStream();
        var writing = WriteAsync(process, sent, chunks: 300);
        await LocalProcesses.UntilAsync(() => back.Length > 100_000);
        await link.CutForAsync(TimeSpan.FromSeconds(5));
        await writing;
        await process.Stdin.DisposeAsync();
        Assert.Equal(0, (await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(3))).ExitStatus);
        Assert.True(sent.ToArray().AsSpan().SequenceEqual(back.ToArray()), $"{sent.Length} bytes were sent, {back.Length} came back");
        Assert.True(link.Dialed >= 2);
    }

    [SkippableFact]
    public async Task Stdin_LinkCutAgainAndAgain_FileIsWhole()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        var bytes = new byte[30 << 20];
        Random.Shared.NextBytes(bytes);

        // It reads at its own pace, so that cuts come at all states of the pipes.
        const string Slow = "for i in $(seq 30); do head -c 1048576; sleep 0.05; done | sha256sum";
        var running = remote.RunAsync(RemoteCommand.Script(Slow) with { Stdin = bytes }, default);
        var dialed = 0;
        for (var cut = 0; cut < 6 && !running.IsCompleted; cut++)
        {
            await LocalProcesses.UntilAsync(() => link.Dialed > dialed || running.IsCompleted);
            dialed = link.Dialed;
            await Task.Delay(200 + (cut * 37));
            await link.CutForAsync(TimeSpan.FromMilliseconds(100));
        }

        var result = await running.WaitAsync(TimeSpan.FromMinutes(3));
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  -\n", result.Stdout);
        Assert.True(link.Dialed >= 3);
        Assert.Equal("next\n", await remote.ShAsync("echo next", default).WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [SkippableFact]
    public async Task Stdin_CutBeforeItIsRead_ComesOnce()
    {
        var link = new CutLink();
        await using var remote = Remote(link);
        var bytes = new byte[3 << 20];
        Random.Shared.NextBytes(bytes);
        var running = remote.RunAsync(RemoteCommand.Script("sleep 2; sha256sum") with { Stdin = bytes }, default);
        for (var cut = 0; cut < 2; cut++)
        {
            await Task.Delay(300);
            await link.CutForAsync(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  -\n", (await running.WaitAsync(TimeSpan.FromMinutes(3))).Stdout);
    }

    [SkippableFact]
    public async Task Stdin_MoreThanTheCommandReads_IsNoErrorAndTheNextCommandSeesNothingOfIt()
    {
        await using var remote = sshd.Remote();
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("0123456789", (await remote.RunAsync(RemoteCommand.Args("head", "-c", "10") with { Stdin = Digits(8 << 20) }, default)).Stdout);
            Assert.Equal(Digits(20_000), System.Text.Encoding.ASCII.GetBytes((await remote.RunAsync(RemoteCommand.Args("cat") with { Stdin = Digits(20_000) }, default)).Stdout));
        }
    }

    /// <summary>One lane: what a command left behind would read what is meant for the next.</summary>
    [SkippableFact]
    public async Task Stdin_ReaderLeftBehind_DoesNotGetTheNextCommandsInput()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { MaxSessions = 1, MaxConnections = 1 });
        await remote.RunAsync(RemoteCommand.Script("exec 3<&0; (sleep 1; cat <&3 >/dev/null) >/dev/null 2>&1 & cat >/dev/null") with { Stdin = Digits(10_000) }, default);
        for (var round = 0; round < 5; round++)
            Assert.Equal("100000\n", (await remote.RunAsync(RemoteCommand.Script("sleep 0.4; wc -c") with { Stdin = Digits(100_000) }, default)).Stdout);
    }

    [SkippableFact]
    public async Task StdinPipe_FeederKilledOnTheHost_IsLostAndNotAnEarlyEnd()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var remote = sshd.Remote(options: new RemoteOptions { Guardian = new GuardianOptions { Directory = directory } });
        await using var process = await remote.StartAsync(RemoteCommand.Args("cat") with { StdinPipe = true }, default);
        await process.Stdin.WriteAsync("half"u8.ToArray());
        await LocalProcesses.UntilAsync(() => Directory.GetFiles(directory, "feeder", SearchOption.AllDirectories) is [var one] && new FileInfo(one).Length > 0);
        var pid = File.ReadAllText(Directory.GetFiles(directory, "feeder", SearchOption.AllDirectories)[0]).Split(':')[0];
        await OpenSshServer.RunAsync("kill", "-9", pid);
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("its input was not complete", error.Message);
        await Assert.ThrowsAsync<IOException>(async () => await process.Stdin.WriteAsync("more"u8.ToArray()));
    }

    private static byte[] Digits(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)('0' + (i % 10)))];

    private static async Task WriteAsync(RemoteProcess process, MemoryStream sent, int chunks)
    {
        for (var i = 0; i < chunks; i++)
        {
            var chunk = new byte[Random.Shared.Next(1, 20_000)];
            Random.Shared.NextBytes(chunk);
            sent.Write(chunk);
            await process.Stdin.WriteAsync(chunk);
            await Task.Delay(5);
        }
    }

    private Remote Remote(CutLink link)
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        return new Remote(sshd.Endpoint with { Dial = link.DialAsync }, new LineKeeper(), new RemoteOptions { ConnectTimeout = TimeSpan.FromSeconds(20) });
    }
}

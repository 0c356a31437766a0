using System.Security.Cryptography;

namespace Teuthology.Orchestra.Tests;

/// <summary>Links that come and go while a host is busy.</summary>
public sealed class FlappingLinkTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    /// <summary>Two connections of four sessions each.</summary>
    [SkippableFact]
    public async Task LinkFlapsUnderEightCommands_NoByteOfThemIsLost()
    {
        var link = new CutLink();
        await using var remote = Remote(link, new RemoteOptions { MaxSessions = 4, QueuePatience = TimeSpan.FromMilliseconds(200), ConnectTimeout = TimeSpan.FromSeconds(20) });
        var input = new byte[4 << 20];
        Random.Shared.NextBytes(input);
        const string Both = "exec 3<&0; sha256sum <&3 >&2 & i=0; while [ $i -lt 60 ]; do seq $((i*1000+1)) $((i*1000+1000)); i=$((i+1)); sleep 0.1; done; wait";
        var running = InParallel.ForEachAsync(
            Enumerable.Range(0, 8), (_, ct) => remote.RunAsync(RemoteCommand.Script(Both) with { Stdin = input, Quiet = true }, ct), default);
        for (var flap = 0; flap < 10 && !running.IsCompleted; flap++)
        {
            await Task.Delay(700);
            await link.CutForAsync(TimeSpan.FromMilliseconds(300));
        }

        var results = await running.WaitAsync(TimeSpan.FromMinutes(4));
        var lines = string.Concat(Enumerable.Range(1, 60_000).Select(i => $"{i}\n"));
        Assert.All(results, result => Assert.Equal((lines, $"{Convert.ToHexStringLower(SHA256.HashData(input))}  -\n"), (result.Stdout, result.Stderr)));
        Assert.True(link.Dialed >= 4);
    }

    [SkippableFact]
    public async Task KillAsync_WhileTheLinkIsDown_EndsItWhenTheLinkIsBack()
    {
        var link = new CutLink();
        await using var remote = Remote(link, new RemoteOptions { ConnectTimeout = TimeSpan.FromSeconds(20) });
        var tag = LocalProcesses.Tag();
        await using var process = await remote.StartAsync(RemoteCommand.Args("sleep", tag), default);
        await LocalProcesses.AppearAsync(tag);
        link.Cut();
        var killing = process.KillAsync(default);
        await Task.Delay(1000);
        Assert.Equal(1, LocalProcesses.Sleeping(tag));
        link.Mend();
        await killing.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(0, LocalProcesses.Sleeping(tag));
    }

    private Remote Remote(CutLink link, RemoteOptions options)
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        return new Remote(sshd.Endpoint with { Dial = link.DialAsync }, new LineKeeper(), options);
    }
}

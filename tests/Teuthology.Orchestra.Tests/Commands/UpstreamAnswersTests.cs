namespace Teuthology.Orchestra.Tests;

/// <summary>Answers that upstream's own code gave to the same commands over an sshd.</summary>
public sealed class UpstreamAnswersTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableTheory]
    [InlineData("sh -c 'exit 3'", "lab", null, "Command failed (lab) on smithi001 with status 3: \"sh -c 'exit 3'\"")]
    [InlineData("false", null, "/tmp", "Command failed on smithi001 with status 1: '(cd /tmp && exec false)'")]
    [InlineData("true\nfalse", "ll", null, "Command failed (ll) on smithi001 with status 1: 'true\\nfalse'")]
    public async Task RunAsync_Fails_SaysWhatUpstreamSays(string script, string? label, string? cwd, string text)
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunAsync(RemoteCommand.Script(script) with { Label = label, Cwd = cwd }, default));
        Assert.Equal(text, error.Message.Split("\nhost:")[0]);
    }

    [SkippableFact]
    public async Task RunAsync_RawAmongWords_SaysWhatUpstreamSays()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunAsync(RemoteCommand.Words("echo", "it's \"x\"", CommandWord.Raw("&&"), "exit 5"), default));
        Assert.Equal("Command failed on smithi001 with status 127: 'echo \\'it\\'\"\\'\"\\'s \"x\"\\' && \\'exit 5\\''", error.Message.Split('\n')[0]);
    }

    [SkippableFact]
    public async Task PollAsync_RunsThenEnds_IsNullThenItsStatus()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Script("read x; exit 0") with { StdinPipe = true }, default);
        Assert.Null(await process.PollAsync(default));
        Assert.Equal("smithi001", process.HostName);
        await process.Stdin.DisposeAsync();
        await process.WaitAsync(default);
        Assert.Equal(0, await process.PollAsync(default));
        await using var failing = await remote.StartAsync(RemoteCommand.Args("false"), default);
        await LocalProcesses.UntilAsync(() => failing.Finished);
        await Assert.ThrowsAsync<CommandFailedException>(() => failing.PollAsync(default));
    }

    [SkippableFact]
    public async Task RunAsync_SilentForTooLong_IsKilled()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var tag = LocalProcesses.Tag();
        var command = RemoteCommand.Script($"echo begun; sleep {tag}") with { InactivityTimeout = TimeSpan.FromSeconds(1), CheckStatus = false };
        var error = await Assert.ThrowsAsync<CommandTimeoutException>(() => remote.RunAsync(command, default));
        Assert.Equal($"Command timed out on smithi001 after 1 seconds without output: 'echo begun; sleep {tag}'", error.Message.Split('\n')[0]);
        Assert.True(error.Silent);
        Assert.Contains("Running command with timeout 1", log.Lines);
        await LocalProcesses.VanishAsync(tag);
    }

    [SkippableFact]
    public async Task RunAsync_SaysSomethingAgainAndAgain_IsLeftAlone()
    {
        await using var remote = sshd.Remote();
        var command = RemoteCommand.Script("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 1; done") with { InactivityTimeout = TimeSpan.FromSeconds(6) };
        Assert.Equal(8, (await remote.RunAsync(command, default)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [SkippableFact]
    public async Task RunAsync_StdinFromAStream_IsReadToItsEnd()
    {
        await using var remote = sshd.Remote();
        var bytes = new byte[3_000_000];
        new Random(5).NextBytes(bytes);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, bytes);
        await using (var stream = File.OpenRead(file))
        {
            stream.Position = 10;
            var result = await remote.RunAsync(RemoteCommand.Args("sha256sum") with { StdinFrom = stream }, default);
            Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(10))), result.Stdout);
        }

        using var few = new MemoryStream("skip this"u8.ToArray()) { Position = 5 };
        Assert.Equal("this", await remote.ShAsync(RemoteCommand.Args("cat") with { StdinFrom = few }, default));
        File.Delete(file);
    }

    [SkippableFact]
    public async Task SharedInput_SeveralProcesses_AllGetIt()
    {
        await using var remote = sshd.Remote();
        var processes = await InParallel.ForEachAsync(Enumerable.Range(0, 3), (_, ct) => remote.StartAsync(RemoteCommand.Args("wc", "-c") with { StdinPipe = true }, ct), default);
        using var input = new MemoryStream(new byte[100_000]);
        await RemoteProcess.FeedAsync(input, processes, default);
        foreach (var process in processes)
        {
            Assert.Equal("100000\n", (await process.WaitAsync(default)).Stdout);
            await process.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task RunAsync_LostWithoutChecks_IsMinusOne()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await using var own = new SshdProcess();
        await own.BeginAsync();
        await using var remote = new Remote(own.Endpoint, new LineKeeper(), new RemoteOptions { Guardian = null });
        var command = RemoteCommand.Script("echo before; sleep 5") with { CheckStatus = false };
        await using var unchecked_ = await remote.StartAsync(command with { CheckConnection = false }, default);
        await using var still = await remote.StartAsync(command, default);
        await own.KillAsync();
        var result = await unchecked_.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((-1, true, null), (result.ExitStatus, result.ConnectionLost, result.Signal));
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => still.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.StartsWith("SSH connection to smithi001 was lost: 'echo before; sleep 5'\n", error.Message);
    }
}

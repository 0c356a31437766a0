using System.Text;
using CsCheck;

namespace Teuthology.Orchestra.Tests;

public sealed class RunTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_CommandSucceeds_GivesBothStreams()
    {
        await using var remote = sshd.Remote();
        var result = await remote.RunAsync(RemoteCommand.Script("echo out; echo err >&2"), default);
        Assert.Equal((0, "out\n", "err\n"), (result.ExitStatus, result.Stdout, result.Stderr));
    }

    [SkippableFact]
    public async Task RunAsync_CommandFails_TellsHostStatusAndLastLines()
    {
        await using var remote = sshd.Remote();
        var command = RemoteCommand.Script("for i in $(seq 20); do echo it\\'s $i >&2; done; exit 42") with { Label = "my label" };
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunAsync(command, default));
        var lines = error.Message.Split('\n');
        Assert.Equal("Command failed (my label) on smithi001 with status 42: \"for i in $(seq 20); do echo it\\\\'s $i >&2; done; exit 42\"", lines[0]);
        Assert.Equal("host: smithi001.front.example.com", lines[1]);
        Assert.Equal("last lines of stderr:", lines[2]);
        Assert.Equal(Enumerable.Range(11, 10).Select(i => $"  it's {i}"), lines[3..]);
        Assert.Equal((42, FailureKind.Test), (error.ExitStatus, error.Kind));
    }

    [SkippableFact]
    public async Task RunAsync_NoStderr_ErrorShowsStdout()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunAsync(RemoteCommand.Script("echo told; false"), default));
        Assert.EndsWith("last lines of stdout:\n  told", error.Message);
    }

    [SkippableFact]
    public async Task RunAsync_StatusUnchecked_GivesStatus()
    {
        await using var remote = sshd.Remote();
        var result = await remote.RunAsync(RemoteCommand.Args("false") with { CheckStatus = false }, default);
        Assert.Equal(1, result.ExitStatus);
    }

    [SkippableFact]
    public async Task RunAsync_EndedBySignal_IsCrash()
    {
        await using var remote = sshd.Remote();
        var crash = await Assert.ThrowsAsync<CommandCrashedException>(() => remote.RunAsync(RemoteCommand.Script("kill -SEGV $$"), default));
        Assert.StartsWith("Command crashed: 'kill -SEGV $$'\n", crash.Message);
        Assert.Equal("SEGV", crash.Signal);
        var result = await remote.RunAsync(RemoteCommand.Script("kill -9 $$") with { CheckStatus = false }, default);
        Assert.Equal((-1, "KILL"), (result.ExitStatus, result.Signal));
    }

    [SkippableFact]
    public async Task RunAsync_CwdAndEnvironment_AreSet()
    {
        await using var remote = sshd.Remote();
        var odd = "it's \"odd\" $HOME\nline two";
        var command = RemoteCommand.Script("pwd; printf '%s' \"$ODD\"") with { Cwd = "/usr/share", Environment = new Dictionary<string, string> { ["ODD"] = odd } };
        Assert.Equal("/usr/share\n" + odd, (await remote.RunAsync(command, default)).Stdout);
    }

    [SkippableFact]
    public async Task RunAsync_CwdMissing_Fails()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.RunAsync(RemoteCommand.Args("true") with { Cwd = "/nowhere" }, default));
        Assert.Contains("/nowhere", error.Message);
    }

    [SkippableFact]
    public async Task Args_AnyStrings_ReachTheProgramUnchanged()
    {
        await using var remote = sshd.Remote();
        var texts = Gen.OneOf(
            Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.String[Gen.Char["'\"\\$`!*?[]{}()<>|&;~# \t\n\r=-%@"], 0, 12], Gen.String[Gen.Char['\u0001', '\ud7ff'], 0, 12]);
        await texts.Array[1, 6].SampleAsync(
            async words =>
            {
                var result = await remote.RunAsync(RemoteCommand.Args(["printf", "%s\\0", .. words]) with { Quiet = true }, default);
                Assert.Equal(words, result.Stdout.Split('\0')[..^1]);
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void Args_NullWord_IsNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => RemoteCommand.Args("ls", null!));
        Assert.StartsWith("Argument at position 1 is None: ['ls', None]", error.Message);
    }

    [SkippableFact]
    public async Task Script_LongerThanAnArgument_Runs()
    {
        await using var remote = sshd.Remote();
        var script = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $": 'line {i}'")) + "\ncat; echo done $#";
        var result = await remote.RunAsync(RemoteCommand.Script(script) with { Stdin = "input "u8.ToArray() }, default);
        Assert.Equal("input done 0\n", result.Stdout);
        Assert.Equal("done 0\n", await remote.ShAsync(script, default));
    }

    [SkippableFact]
    public async Task RunAsync_WithoutStdin_CommandSeesEndOfFile()
    {
        await using var remote = sshd.Remote();
        Assert.Equal("", (await remote.RunAsync(RemoteCommand.Args("cat") with { Timeout = TimeSpan.FromSeconds(20) }, default)).Stdout);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task RunAsync_StdinBytes_ArriveAndEnd(int length)
    {
        await using var remote = sshd.Remote();
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        var result = await remote.RunAsync(RemoteCommand.Script("sha256sum") with { Stdin = bytes, Timeout = TimeSpan.FromSeconds(30) }, default);
        Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), result.Stdout);
    }

    [SkippableFact]
    public async Task RunAsync_CommandIgnoresMuchStdin_Ends()
    {
        await using var remote = sshd.Remote();
        var result = await remote.RunAsync(RemoteCommand.Script("exit 3") with { Stdin = new byte[8_000_000], CheckStatus = false }, default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(3, result.ExitStatus);
    }

    [SkippableFact]
    public async Task RunAsync_InvalidUtf8_IsReplaced()
    {
        await using var remote = sshd.Remote();
        Assert.Equal("a\ufffdb", await remote.ShAsync("printf 'a\\377b'", default));
    }

    [SkippableFact]
    public async Task RunAsync_StdoutTo_TakesRawBytes()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        using var raw = new MemoryStream();
        var result = await remote.RunAsync(RemoteCommand.Script("printf 'a\\377b'; echo e >&2") with { StdoutTo = raw }, default);
        Assert.Equal([(byte)'a', 0xff, (byte)'b'], raw.ToArray());
        Assert.Equal("", result.Stdout);
        Assert.Equal(["smithi001.stderr:e"], log.Output);
    }

    [SkippableFact]
    public async Task RunAsync_Output_IsLoggedByLines()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await remote.RunAsync(RemoteCommand.Script("echo one; echo; printf 'two\\r\\n'; printf partial"), default);
        Assert.Equal(["smithi001.stdout:one", "smithi001.stdout:", "smithi001.stdout:two", "smithi001.stdout:partial"], log.Output);
        await remote.RunAsync(RemoteCommand.Args("echo", "silent") with { Quiet = true }, default);
        Assert.DoesNotContain("smithi001.stdout:silent", log.Output);
    }

    [SkippableFact]
    public async Task RunAsync_200AtOnceOnOneConnection_AllEnd()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { MaxConnections = 1 });
        var results = await InParallel.ForEachAsync(Enumerable.Range(0, 200), (i, ct) => remote.RunAsync(RemoteCommand.Args("echo", i.ToString()), ct), default);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}\n"), results.Select(r => r.Stdout));
    }

    [SkippableFact]
    public async Task RunAsync_64MiBOfOutput_KeepsTheTail()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var result = await remote.RunAsync(RemoteCommand.Script("yes 0123456789abcde | head -c 67108864; echo end") with { Quiet = true }, default);
        Assert.Equal(64 * 1024 * 1024 + 4, result.StdoutDropped + Encoding.UTF8.GetByteCount(result.Stdout));
        Assert.InRange(result.Stdout.Length, remote.Options.CaptureLimit - 16, remote.Options.CaptureLimit);
        Assert.StartsWith("0123456789abcde\n", result.Stdout);
        Assert.EndsWith("\nend\n", result.Stdout);
        Assert.Contains(log.Lines, line => line.Contains("bytes of stdout are only in the log"));
    }

    [SkippableFact]
    public async Task RunAsync_MuchOutputWithoutNewline_IsCutForTheLog()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await remote.RunAsync(RemoteCommand.Script("head -c 16777216 /dev/zero | tr '\\0' x"), default);
        Assert.Equal(256, log.Output.Count());
        Assert.All(log.Output, line => Assert.Equal("smithi001.stdout:".Length + 65536, line.Length));
    }

    [SkippableFact]
    public async Task ShAsync_MoreThanTheLimit_IsAnErrorNotATail()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { CaptureLimit = 1000 });
        await Assert.ThrowsAsync<TeuthologyException>(() => remote.ShAsync("seq 1000", default));
    }
}

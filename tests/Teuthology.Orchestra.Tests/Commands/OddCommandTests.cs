using System.Text;

namespace Teuthology.Orchestra.Tests;

/// <summary>Commands whose output, arguments or input are unlike what a terminal sees.</summary>
public sealed class OddCommandTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    /// <summary>A mark of the guardian cut at every place, and what looks like one.</summary>
    [SkippableFact]
    public async Task BinaryOutput_WithBytesOfMarks_ComesAsItIs()
    {
        await using var remote = sshd.Remote();
        var bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);
        for (var i = 0; i < bytes.Length; i += 7)
            bytes[i] = (byte)(i % 3 == 0 ? 0 : i % 2);
        using var back = new MemoryStream();
        await remote.RunAsync(RemoteCommand.Script("printf '\\001'; cat; printf '\\001\\000\\n\\001'") with { Stdin = bytes, StdoutTo = back, Quiet = true }, default);
        Assert.Equal([1, .. bytes, 1, 0, (byte)'\n', 1], back.ToArray());

        // A command that knows the lane's token: its worker's command line has it.
        const string Forge = "t=$(tr '\\0' '\\n' </proc/$PPID/cmdline | tail -n 2 | head -n 1); printf '\\001%s X' $t; sleep 0.2; printf 'Z 1 2 3\\nlast\\n'; exit 6";
        var result = await remote.RunAsync(RemoteCommand.Script(Forge) with { CheckStatus = false }, default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(6, result.ExitStatus);
        Assert.EndsWith("last\n", result.Stdout);
    }

    [SkippableFact]
    public async Task Arguments_OfAMebibyte_Arrive_AndOneTooLongForLinuxIsToldSo()
    {
        await using var remote = sshd.Remote();
        var words = Enumerable.Range(0, 12_000).Select(i => $"{i:D80} '\n").ToArray();
        var result = await remote.RunAsync(RemoteCommand.Args([.. words.Prepend("%s").Prepend("/usr/bin/printf")]) with { Quiet = true }, default);
        Assert.Equal(string.Concat(words), result.Stdout);
        var tooLong = await remote.RunAsync(RemoteCommand.Args("/usr/bin/printf", "%s", new string('x', 1 << 20)) with { CheckStatus = false, Quiet = true }, default);
        Assert.Equal(126, tooLong.ExitStatus);
        Assert.Contains("Argument list too long", tooLong.Stderr);
    }

    [SkippableFact]
    public async Task Command_HasNoOtherFilesThanItsOwn()
    {
        await using var remote = sshd.Remote();
        foreach (var input in new[] { 0, 10, 20_000 })
        {
            var files = (await remote.RunAsync(RemoteCommand.Script("cat >/dev/null; exec ls /proc/self/fd") with { Stdin = Encoding.ASCII.GetBytes(new string('x', input)) }, default)).Stdout;
            Assert.Equal("0\n1\n2\n3\n", files);
        }
    }
}

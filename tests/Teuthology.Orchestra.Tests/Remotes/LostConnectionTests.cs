namespace Teuthology.Orchestra.Tests;

public sealed class LostConnectionTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_SshdKilled_IsLostConnectionAndTheNextCommandReconnects()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Script("echo before; sleep 5") with { Label = "long" }, default);
        await remote.RunAsync(RemoteCommand.Args("true"), default);
        await sshd.KillAsync();
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => process.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.StartsWith("SSH connection to smithi001 was lost: 'echo before; sleep 5'\nhost: smithi001.front.example.com\n", error.Message);
        Assert.Contains("before", error.Message);
        Assert.Equal(FailureKind.ConnectionLost, error.Kind);
        Assert.False(remote.IsConnected);
        await sshd.StartAsync();
        Assert.Equal("again\n", await remote.ShAsync("echo again", default));
    }
}

namespace Teuthology.Orchestra.Tests;

public sealed class LostConnectionTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_SshdKilledWithoutGuardian_IsLostConnectionAndTheNextCommandReconnects()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { Guardian = null });
        await using var process = await remote.StartAsync(RemoteCommand.Script("echo before; sleep 5") with { Label = "long" }, default);
        await remote.RunAsync(RemoteCommand.Args("true"), default);
        await sshd.KillAsync();
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.StartsWith("SSH connection to smithi001 was lost: 'echo before; sleep 5'\nhost: smithi001.front.example.com\n", error.Message);
        Assert.Contains("before", error.Message);
        Assert.Equal(FailureKind.ConnectionLost, error.Kind);
        Assert.False(remote.IsConnected);
        await sshd.StartAsync();
        Assert.Equal("again\n", await remote.ShAsync("echo again", default));
    }

    [SkippableFact]
    public async Task RunAsync_LinkGoesDead_IsLostConnection()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var link = new FrozenLink();
        var endpoint = sshd.Endpoint with { Dial = link.DialAsync };
        var options = new RemoteOptions { KeepAlive = TimeSpan.FromSeconds(0.5), LinkTimeout = TimeSpan.FromSeconds(2), Guardian = new GuardianOptions { Lease = TimeSpan.FromSeconds(4) } };
        await using var remote = new Remote(endpoint, new LineKeeper(), options);
        await using var process = await remote.StartAsync(RemoteCommand.Args("sleep", "5"), default);
        link.Freeze();
        await Assert.ThrowsAsync<ConnectionLostException>(() => process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [SkippableFact]
    public async Task RunAsync_BackgroundProcessHoldsOutput_EndsAfterTheLinger()
    {
        var options = new RemoteOptions { KeepAlive = TimeSpan.FromSeconds(0.2), OutputLinger = TimeSpan.FromSeconds(0.5) };
        await using var remote = sshd.Remote(options: options);
        var result = await remote.RunAsync(RemoteCommand.Script("echo out; sleep 5 & exit 4") with { CheckStatus = false }, default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((4, "out\n"), (result.ExitStatus, result.Stdout));
        Assert.InRange(result.Duration.TotalSeconds, 0, 4.5);
    }
}

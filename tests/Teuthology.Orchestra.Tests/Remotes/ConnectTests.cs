using System.Net.Sockets;

namespace Teuthology.Orchestra.Tests;

public sealed class ConnectTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task ConnectAsync_OtherHostKey_TellsBothFingerprints()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var other = (await File.ReadAllTextAsync(sshd.IdentityFile + ".pub")).Trim();
        await using var remote = new Remote(sshd.Endpoint with { HostKey = other }, new LineKeeper());
        var error = await Assert.ThrowsAsync<HostKeyMismatchException>(() => remote.ConnectAsync(default));
        Assert.Contains((await FingerprintAsync(sshd.IdentityFile + ".pub")), error.Message);
        Assert.Contains((await FingerprintAsync(Path.Combine(Path.GetDirectoryName(sshd.IdentityFile)!, "host.pub"))), error.Message);
        Assert.Equal(FailureKind.Infrastructure, error.Kind);
    }

    [SkippableFact]
    public async Task ConnectAsync_KeyOfOtherType_IsAMismatchToo()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var file = Path.Combine(Path.GetDirectoryName(sshd.IdentityFile)!, "ecdsa");
        await OpenSshServer.RunAsync("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", file);
        await using var remote = new Remote(sshd.Endpoint with { HostKey = await File.ReadAllTextAsync(file + ".pub") }, new LineKeeper());
        var error = await Assert.ThrowsAsync<HostKeyMismatchException>(() => remote.ConnectAsync(default));
        Assert.Contains("no key of type ecdsa-sha2-nistp256", error.Message);
    }

    [SkippableFact]
    public async Task ConnectAsync_NobodyListens_GivesUpAtTheDeadline()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await using var remote = new Remote(sshd.Endpoint with { Port = 1 }, new LineKeeper(), new RemoteOptions { ConnectTimeout = TimeSpan.FromSeconds(1) });
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => remote.RunAsync(RemoteCommand.Args("true"), default));
        Assert.StartsWith("SSH connection to smithi001 was lost: 'true'\n", error.Message);
        Assert.Contains("127.0.0.1 port 1", error.Message);
    }

    [SkippableFact]
    public async Task ConnectAsync_WrongIdentity_NamesUserAndKey()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var file = Path.Combine(Path.GetDirectoryName(sshd.IdentityFile)!, "stranger");
        await OpenSshServer.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        await using var remote = new Remote(sshd.Endpoint with { IdentityFile = file }, new LineKeeper());
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => remote.ConnectAsync(default));
        Assert.StartsWith("Error authenticating with smithi001.front.example.com: ", error.Message);
        Assert.Contains(file, error.Message);
    }

    [SkippableFact]
    public async Task ConnectAsync_NoIdentity_IsAMatterOfConfiguration()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await using var remote = new Remote(sshd.Endpoint with { IdentityFile = "/nowhere/id" }, new LineKeeper());
        Assert.Contains("/nowhere/id", (await Assert.ThrowsAsync<ConfigurationException>(() => remote.ConnectAsync(default))).Message);
    }

    [SkippableFact]
    public async Task ConnectAsync_ByDial_GoesThroughTheStream()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var dialled = 0;
        var endpoint = sshd.Endpoint with
        {
            Address = "192.0.2.1",
            Port = 22,
            Dial = async (port, ct) =>
            {
                Assert.Equal(22, port);
                Interlocked.Increment(ref dialled);
                var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", sshd.Port, ct);
                return client.GetStream();
            },
        };
        await using var remote = new Remote(endpoint, new LineKeeper());
        var result = await remote.RunAsync(RemoteCommand.Script("head -c 20000000 /dev/zero | wc -c; cat | wc -c") with { Stdin = new byte[3_000_000] }, default);
        Assert.Equal("20000000\n3000000\n", result.Stdout);
        Assert.Equal(1, dialled);
    }

    [SkippableFact]
    public async Task ConnectAsync_ManyAtOnce_OpenOneConnectionEach()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await InParallel.ForEachAsync(Enumerable.Range(0, 20), (_, ct) => remote.ConnectAsync(ct), default);
        Assert.Single(log.Lines, line => line.StartsWith("Connected to "));
    }

    [SkippableFact]
    public async Task RunAsync_SessionsTakenForLong_OpensAFurtherConnection()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log, new RemoteOptions { QueuePatience = TimeSpan.FromMilliseconds(100) });
        var processes = await InParallel.ForEachAsync(Enumerable.Range(0, 15), (_, ct) => remote.StartAsync(RemoteCommand.Args("sleep", "300"), ct), default).WaitAsync(TimeSpan.FromMinutes(2));
        await remote.RunAsync(RemoteCommand.Args("true"), default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(2, log.Lines.Count(line => line.StartsWith("Connected to ")));
        await InParallel.ForEachAsync(processes, (process, _) => process.DisposeAsync().AsTask(), default);
    }

    [SkippableFact]
    public async Task AcquireInQueue_Cancelled_LosesNoSession()
    {
        await using var remote = sshd.Remote(options: new RemoteOptions { MaxConnections = 1, MaxSessions = 1 });
        for (var round = 0; round < 30; round++)
        {
            using var cancel = new CancellationTokenSource();
            var first = remote.RunAsync(RemoteCommand.Args("true"), default);
            var second = remote.RunAsync(RemoteCommand.Args("true"), cancel.Token);
            await first;
            await cancel.CancelAsync();
            await ((Task)second).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await remote.RunAsync(RemoteCommand.Args("true"), default).WaitAsync(TimeSpan.FromMinutes(2));
    }

    private static async Task<string> FingerprintAsync(string file) => (await OpenSshServer.RunAsync("ssh-keygen", "-l", "-f", file)).Split(' ')[1];
}

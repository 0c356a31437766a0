namespace Teuthology.Orchestra.Tests;

public sealed class LivenessTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task TryReconnectAsync_Online_TakesNewSessionsAndLeavesTheOld()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        const string connection = "echo $SSH_CONNECTION";
        var before = await remote.ShAsync(connection, default);
        await using var running = await remote.StartAsync(RemoteCommand.Args("cat") with { StdinPipe = true }, default);
        Assert.True(await remote.TryReconnectAsync(null, default));
        Assert.NotEqual(before, await remote.ShAsync(connection, default));
        await running.Stdin.WriteAsync("still there"u8.ToArray());
        await running.Stdin.DisposeAsync();
        Assert.Equal("still there", (await running.WaitAsync(default)).Stdout);
        Assert.Contains($"Trying to reconnect to host '{remote.Name}'", log.Lines);
        Assert.Contains($"Successfully reconnected to host '{remote.Name}'", log.Lines);
        await remote.EnsureOnlineAsync(default);
    }

    [SkippableFact]
    public async Task ReconnectAsync_HostAway_SaysWhatUpstreamSays()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await using var remote = new Remote(sshd.Endpoint with { Port = SshdProcess.FreePort() }, new LineKeeper(), new RemoteOptions { ConnectTimeout = TimeSpan.FromSeconds(1) });
        Assert.False(await remote.TryReconnectAsync(TimeSpan.FromSeconds(1), default));
        await Assert.ThrowsAsync<ConnectionLostException>(() => remote.EnsureOnlineAsync(default));
        var cluster = new Cluster();
        cluster.Add(remote, []);
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => cluster.ReconnectAsync(TimeSpan.FromSeconds(1), default));
        Assert.Equal($"Could not reconnect to {remote.Name}", error.Message);
    }

    [SkippableFact]
    public async Task HardReboot_Steps_AreUpstreams()
    {
        await using var remote = sshd.Remote();
        var directory = await remote.MakeTempDirectoryAsync(null, default);
        await remote.ShAsync($"mkdir {directory}/reboot; mkfifo {directory}/trigger", default);
        await using var trigger = await remote.StartAsync(RemoteCommand.Script($"exec 3<>{directory}/trigger; head -n 3 <&3"), default);

        // Never what would reboot this machine: the files are others.
        await remote.ShAsync(RemoteLiveness.HardReboot(directory + "/reboot", directory + "/trigger"), default);
        Assert.Equal("s\nu\nb\n", (await trigger.WaitAsync(default)).Stdout);
        Assert.Equal("1\npci\n", await remote.ShAsync($"cat {directory}/reboot/force {directory}/reboot/type", default));
        await remote.RemoveAsync(directory, sudo: false, default);
    }

    [SkippableFact]
    public async Task HostKeyScan_ThisSshd_ShowsItsKey()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var log = new LineKeeper();
        var scan = new HostKeyScan(log) { Port = sshd.Port };
        var keys = await scan.ScanAsync(["127.0.0.1"], default);
        Assert.Equal(string.Join(' ', sshd.Endpoint.HostKey!.Split(' ')[..2]), keys["127.0.0.1"]);
        Assert.True(await scan.WaitAsync("127.0.0.1", default));
        Assert.Empty(await new HostKeyScan(log) { Port = SshdProcess.FreePort() }.TryScanAsync(["127.0.0.1"], default));
        Assert.Contains("Unable to scan these host keys: 127.0.0.1", log.Lines);
    }

    [SkippableFact]
    public async Task InventoryAsync_ThisMachine_HasUpstreamsKeys()
    {
        await using var remote = sshd.Remote();
        var told = await remote.InventoryAsync(default);
        Assert.Equal(["arch", "name", "os_type", "os_version", "ssh_pub_key", "up", "user"], told.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((remote.HostName, remote.User, true), ((string)told["name"], (string)told["user"], (bool)told["up"]));
    }

    [SkippableFact]
    public async Task ShFileAsync_AsAnotherUser_AsksSudo()
    {
        await using var tools = new StandInsHolder();
        await tools.InitializeAsync();
        tools.Programs.Write("sudo", """while [ "$1" != -- ]; do shift; done; shift; exec "$@" """);
        await using var remote = tools.Programs.Remote();
        Assert.Equal("done\n", await remote.ShFileAsync("#!/bin/sh\necho done\n", "label", "nobody", default));
        Assert.StartsWith("sudo -n -u nobody -- /tmp/teuthology-remote-2", Assert.Single(tools.Programs.Asked()));
    }

    private sealed class StandInsHolder : IAsyncDisposable
    {
        public StandIns Programs { get; } = new();

        public Task InitializeAsync() => Programs.InitializeAsync();

        public async ValueTask DisposeAsync() => await Programs.DisposeAsync();
    }
}

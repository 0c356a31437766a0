namespace Teuthology.Orchestra.Tests;

/// <summary>What tasks of upstream find on a remote.</summary>
public sealed class RemoteSurfaceTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task Words_RawPieces_AreInterpretedAndTheOthersNot()
    {
        await using var remote = sshd.Remote();
        var command = RemoteCommand.Words("echo", "$HOME", CommandWord.Raw("|"), "tr", "a-z", "A-Z", CommandWord.Raw(";"), "echo", CommandWord.Raw("$((1+1))"));
        Assert.Equal("echo '$HOME' | tr a-z A-Z ; echo $((1+1))", command.Text);
        Assert.Equal("$HOME\n2\n", (await remote.RunAsync(command, default)).Stdout);
        Assert.Equal(CommandWord.Raw("x"), CommandWord.Raw("x"));
        Assert.Equal("Argument at position 1 is None: ['ls', None]", Assert.Throws<ArgumentException>(() => RemoteCommand.Words("ls", null!)).Message.Split(" (")[0]);
    }

    [SkippableFact]
    public async Task StartAsync_Pipes_GiveBothStreamsToRead()
    {
        await using var remote = sshd.Remote();
        await using var process = await remote.StartAsync(RemoteCommand.Script("seq 3; echo e >&2; cat >&2") with { StdinPipe = true, StdoutPipe = true, StderrPipe = true }, default);
        using var stdout = new StreamReader(process.Stdout);
        using var stderr = new StreamReader(process.Stderr);
        Assert.Equal("1", await stdout.ReadLineAsync());
        Assert.Equal("e", await stderr.ReadLineAsync());
        await process.Stdin.WriteAsync("back"u8.ToArray());
        await process.Stdin.DisposeAsync();
        Assert.Equal("2\n3\n", await stdout.ReadToEndAsync());
        Assert.Equal("back", await stderr.ReadToEndAsync());
        Assert.Equal("", (await process.WaitAsync(default)).Stdout);
        foreach (var (command, text) in new[]
        {
            (RemoteCommand.Args("true") with { StdoutPipe = true }, "Using PIPE for stdout without wait=False would deadlock"),
            (RemoteCommand.Args("true") with { StderrPipe = true }, "Using PIPE for stderr without wait=False would deadlock"),
        })
            Assert.StartsWith(text, (await Assert.ThrowsAsync<ArgumentException>(() => remote.RunAsync(command, default))).Message);
    }

    [SkippableFact]
    public async Task ShFileAsync_GoodAndBad_RemovesOnlyTheGood()
    {
        await using var remote = sshd.Remote();
        var label = LocalProcesses.Tag();
        Assert.Equal("it's me\n", await remote.ShFileAsync("#!/bin/sh\necho \"it's me\"\n", label, sudo: false, default));
        Assert.Empty(Directory.EnumerateFiles("/tmp", $"teuthology-remote-*-{label}-*"));
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.ShFileAsync("#!/bin/sh\nexit 3\n", label, sudo: false, default));
        File.Delete(Assert.Single(Directory.EnumerateFiles("/tmp", $"teuthology-remote-*-{label}-*")));
    }

    [SkippableFact]
    public async Task WaitAllAsync_OneIsSlow_SaysWhatUpstreamSays()
    {
        await using var remote = sshd.Remote();
        await using var slow = await remote.StartAsync(RemoteCommand.Args("sleep", "300"), default);
        var error = await Assert.ThrowsAsync<PollExhaustedException>(() => RemoteProcess.WaitAllAsync([slow], TimeSpan.FromSeconds(0.3), default));
        Assert.StartsWith("reached maximum tries (0) after waiting for ", error.Message);
        await using var failing = await remote.StartAsync(RemoteCommand.Args("false"), default);
        await Assert.ThrowsAsync<CommandFailedException>(() => RemoteProcess.WaitAllAsync([failing, slow], null, default));
    }

    [SkippableFact]
    public async Task Paths_MakeMoveReadRemove_DoAsTheyAreCalled()
    {
        await using var remote = sshd.Remote();
        var directory = await remote.MakeTempDirectoryAsync(null, default);
        var file = await remote.MakeTempFileAsync(".conf", directory, "0123456789", default);
        Assert.EndsWith(".conf", file);
        Assert.Equal("345"u8.ToArray(), await remote.ReadPartAsync(file, 3, 3, sudo: false, default));
        Assert.Equal("89"u8.ToArray(), await remote.ReadPartAsync(file, 8, null, sudo: false, default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => remote.ReadPartAsync(file + "x", 0, null, sudo: false, default));
        await remote.ChangeModeAsync(file, "0604", default);
        await remote.CopyAsync(file, $"{directory}/it's a copy", sudo: false, default);
        await remote.WriteFileAsync($"{directory}/new", "new", null, default);
        await remote.MoveAsync($"{directory}/new", file, sudo: false, keepMode: true, default);
        Assert.Equal("604 new\n", await remote.ShAsync($"stat -c %a {file} | tr '\\n' ' '; cat {file}; echo", default));
        var here = Directory.CreateTempSubdirectory().FullName;
        await remote.GetFileAsync($"{directory}/it's a copy", Path.Combine(here, "copy"), sudo: false, default);
        Assert.Equal("0123456789", await File.ReadAllTextAsync(Path.Combine(here, "copy")));
        await remote.GetTarAsync(directory, Path.Combine(here, "all.tgz"), compress: true, sudo: false, default);
        Assert.Equal([0x1f, 0x8b], (await File.ReadAllBytesAsync(Path.Combine(here, "all.tgz")))[..2]);
        await remote.RemoveAsync(directory, sudo: false, default);
        Assert.False(Directory.Exists(directory));
        Assert.True(await remote.IsMountedAsync("/proc", default));
        Assert.False(await remote.IsMountedAsync("/nowhere", default));
        Directory.Delete(here, recursive: true);
    }

    [SkippableFact]
    public async Task Network_ThisMachine_IsLoopback()
    {
        await using var remote = sshd.Remote();
        Skip.IfNot(File.Exists("/usr/sbin/ip") || File.Exists("/usr/bin/ip") || File.Exists("/sbin/ip"), "iproute2 is not installed.");
        Assert.Equal(("lo", "127.0.0.0/8"), await remote.InterfaceAsync(default));
        Assert.StartsWith("127.", await remote.ResolveAsync("localhost", 4, default));
        var unknown = await Assert.ThrowsAsync<TeuthologyException>(() => remote.ResolveAsync("no-such-host.invalid", 4, default));
        Assert.Equal("Cannot get IPv4 address for the host \"no-such-host.invalid\" via remote \"smithi001.front.example.com\"", unknown.Message);
        Assert.StartsWith("Unknown IP version 5, expected 4 or 6", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => remote.ResolveAsync("x", 5, default))).Message);
    }

    [SkippableFact]
    public async Task IsOnlineAsync_SshdGoesAndComes_IsSeen()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await using var own = new SshdProcess();
        await own.BeginAsync();
        await using var remote = new Remote(own.Endpoint, new LineKeeper(), new RemoteOptions { ConnectTimeout = TimeSpan.FromSeconds(3) });
        await remote.ReconnectAsync(null, default);
        Assert.True(await remote.IsOnlineAsync(default));
        await own.KillAsync();
        Assert.False(await remote.IsOnlineAsync(default));
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => remote.ReconnectAsync(TimeSpan.FromSeconds(1), default));
        Assert.Equal("Failed to reconnect to smithi001", error.Message);
        await own.StartAsync();
        await remote.ReconnectAsync(null, default);
    }

    [SkippableFact]
    public async Task Cluster_InTurn_StopsAtTheFirstThatFails()
    {
        await using var one = sshd.Remote();
        var cluster = new Cluster();
        cluster.Add(one, ["mon.a", "osd.0", "osd.1"]);
        Assert.Equal(["hi\n"], await cluster.ShAsync("echo hi", default));
        Assert.Equal("x\n", Assert.Single(await cluster.RunInTurnAsync(RemoteCommand.Args("echo", "x"), default)).Stdout);
        await Assert.ThrowsAsync<CommandFailedException>(() => cluster.RunInTurnAsync(RemoteCommand.Args("false"), default));
        var started = await cluster.StartAsync(RemoteCommand.Args("true"), default);
        await RemoteProcess.WaitAllAsync(started, TimeSpan.FromSeconds(30), default);
        Assert.Equal(["0", "1"], cluster.IdsOfType("osd"));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => cluster.WriteFileAsync("/tmp/x", "", new RemoteFileOptions { Mode = "0644" }, default));
        Assert.StartsWith("To specify perms or owner, sudo must be True", error.Message);
    }

    [Theory]
    [InlineData("ubuntu", "22.04", "jammy")]
    [InlineData("rhel", "8.6", "ootpa")]
    [InlineData("centos", "9.stream", "stream")]
    [InlineData("debian", "12", "bookworm")]
    public void OsVersions_VersionAndCodename_NameEachOther(string name, string version, string codename)
    {
        Assert.Equal((version, codename), OsVersions.Complete(name, version));
        Assert.Equal(version.Split('.')[0], OsVersions.VersionOf(name, codename).Split('.')[0] is var major && name == "centos" ? "9" : major);
        Assert.Equal("No version found for ubuntu lucid !", Assert.Throws<TeuthologyException>(() => OsVersions.VersionOf("ubuntu", "lucid")).Message);
        Assert.Equal("9.stream", OsVersions.DefaultOf("centos"));
    }
}

namespace Teuthology.Orchestra.Tests;

/// <summary>Against a systemctl that keeps its units in files.</summary>
public sealed class SystemdTests : IAsyncLifetime
{
    private readonly SshdProcess sshd = new();
    private readonly string tools = Directory.CreateTempSubdirectory("teuthology-systemd-").FullName;
    private string? missing;

    [SkippableFact]
    public async Task CheckStatusAsync_RunsEndsFails_TellsWhich()
    {
        Skip.If(missing is not null, missing);
        Skip.IfNot(Environment.IsPrivilegedProcess, "As another user than root it asks for sudo.");
        await using var remote = new Remote(sshd.Endpoint, new LineKeeper());
        var unit = new SystemdUnit(remote, new Role(Role.DefaultCluster, "rgw", "client.0"));
        Assert.Equal("ceph-radosgw@0", unit.Name);
        await unit.StartAsync(default);
        Assert.Null(await unit.CheckStatusAsync(default));
        Assert.Equal(4711, await unit.MainPidAsync(default));
        await unit.StopAsync(default);
        Assert.Equal(0, await unit.CheckStatusAsync(default));
        Assert.Null(await unit.MainPidAsync(default));
        await unit.SignalAsync(9, default);
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => unit.CheckStatusAsync(default));
        Assert.Equal(137, error.ExitStatus);
        Assert.StartsWith("Command failed on smithi001 with status 137: 'sudo systemctl start ceph-radosgw@0'", error.Message);
        Assert.Contains("it was killed", error.Message);
    }

    public async Task InitializeAsync()
    {
        missing = await OpenSshServer.MissingAsync();
        Write("systemctl", """
            for unit; do :; done
            state=$D/$unit
            case $1 in
                start) printf 'ActiveState=active\nSubState=running\nMainPID=4711\nExecMainStatus=0\n' >"$state" ;;
                stop) printf 'ActiveState=inactive\nSubState=dead\nMainPID=0\nExecMainStatus=0\n' >"$state" ;;
                kill) printf 'ActiveState=failed\nSubState=failed\nMainPID=0\nExecMainStatus=137\n' >"$state" ;;
                show) cat "$state" ;;
            esac
            """);
        Write("journalctl", "echo it was killed");
        if (missing is null)
            await sshd.BeginAsync($"SetEnv SHLVL=2 PATH={tools}:/usr/bin:/bin");
    }

    public async Task DisposeAsync()
    {
        await sshd.DisposeAsync();
        Directory.Delete(tools, recursive: true);
    }

    private void Write(string name, string script)
    {
        var path = Path.Combine(tools, name);
        File.WriteAllText(path, $"#!/bin/sh\nD={tools}\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }
}

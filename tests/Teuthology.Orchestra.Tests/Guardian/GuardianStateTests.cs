using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

public sealed class GuardianStateTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task ControllerKilled_LeaseOver_NoProcessIsLeft()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var tag = LocalProcesses.Tag();
        using var controller = LoneController.Start(sshd, lease: 2, tag);
        await LocalProcesses.AppearAsync(tag, 5);
        controller.Kill();
        await controller.WaitForExitAsync();
        await LocalProcesses.VanishAsync(tag);
    }

    /// <summary>Its lease is over while it cannot run a single instruction; it must not go on as if nothing had been.</summary>
    [SkippableFact]
    public async Task ControllerStoppedForLongerThanItsLease_HostEndsItsCommands_AndItIsToldSo()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var tag = LocalProcesses.Tag();
        using var controller = LoneController.Start(sshd, lease: 2, tag);
        await LocalProcesses.AppearAsync(tag, 5);
        await OpenSshServer.RunAsync("kill", "-STOP", $"{controller.Id}");
        await LocalProcesses.VanishAsync(tag);
        await OpenSshServer.RunAsync("kill", "-CONT", $"{controller.Id}");
        var said = await controller.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await controller.WaitForExitAsync();
        Assert.NotEqual(0, controller.ExitCode);
        Assert.Contains("ConnectionLostException: SSH connection to smithi001 was lost", said);
        Assert.True(
            said.Contains("the host has ended it: its lease was over", StringComparison.Ordinal) || said.Contains("not back within 2 seconds, after which the host ends the command", StringComparison.Ordinal), said);
    }

    [SkippableFact]
    public async Task ConnectAsync_NewerFence_EndsCommandsOfOlderOnesAndKeepsThemOut()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var older = Remote(directory, fence: 5);
        await using var newer = Remote(directory, fence: 6);
        await using var without = Remote(directory, fence: 0);
        var tag = LocalProcesses.Tag();
        var other = LocalProcesses.Tag();
        var running = older.RunAsync(RemoteCommand.Script($"sleep {tag}; :"), default);
        await using var unfenced = await without.StartAsync(RemoteCommand.Args("sleep", other), default);
        await LocalProcesses.AppearAsync(tag);
        await LocalProcesses.AppearAsync(other);
        await newer.ConnectAsync(default);
        Assert.Equal(0, LocalProcesses.Sleeping(tag));
        Assert.Equal(1, LocalProcesses.Sleeping(other));
        var lost = await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("a controller with fence 6 has this host; this one has fence 5", lost.Message);
        var refused = await Assert.ThrowsAnyAsync<TeuthologyException>(() => older.RunAsync(RemoteCommand.Args("true"), default));
        Assert.Equal(FailureKind.Infrastructure, refused.Kind);
        Assert.Equal("new\n", await newer.ShAsync("echo new", default));
    }

    [SkippableFact]
    public async Task RunAsync_Running_HostNamesItsProcessGroup()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var remote = Remote(directory, fence: 3, job: "17");
        var tag = LocalProcesses.Tag();
        await using var process = await remote.StartAsync(RemoteCommand.Args("sleep", tag), default);
        await LocalProcesses.AppearAsync(tag);
        var list = await remote.ShAsync($"cd {directory}/teuthology-*/*/; sh ./guardian list {directory}/teuthology-*", default);
        Assert.Contains("job 17, fence 3, lease ends in ", list);
        var group = System.Text.RegularExpressions.Regex.Match(list, $"command 1, process group ([0-9]+): exec sleep {tag}").Groups[1].Value;
        Assert.Equal($"{group} sleep\n", await remote.ShAsync($"ps -o pgid=,comm= -p {group} | sed 's/^ *//'", default));
    }

    [SkippableFact]
    public async Task DisposeAsync_CommandsRan_LeavesNeitherStateNorProcess()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        var tag = LocalProcesses.Tag();
        await using (var remote = Remote(directory, fence: 0))
        {
            await remote.ShAsync($"nohup sleep {tag} >/dev/null 2>&1 </dev/null & :", default);
            await remote.ShAsync("echo", default);
        }

        Assert.Empty(Directory.EnumerateDirectories(directory).SelectMany(Directory.EnumerateDirectories));
        Assert.Equal(1, LocalProcesses.Sleeping(tag));
        using var end = Process.Start("pkill", ["-f", $"sleep {tag}$"]);
        await end.WaitForExitAsync();
    }

    /// <summary>A connection that begins may have been overtaken by lanes that another one has just made.</summary>
    [Fact]
    public async Task Begin_LanesMadeSince_AreLeftAlone()
    {
        var options = new GuardianOptions { Directory = Directory.CreateTempSubdirectory().FullName, Lease = TimeSpan.FromSeconds(1) };
        var home = (await ShAsync(GuardianScript.Begin(options, "host", "id", ("", 0), null))).Split(' ')[1];
        foreach (var lane in (string[])["l1", "l2", "l10"])
            Directory.CreateDirectory(Path.Combine(home, lane));
        await ShAsync(GuardianScript.Begin(options, "host", "id", ("l2", 2), null));
        Assert.Equal(["l10", "l2"], Directory.GetDirectories(home).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await LocalProcesses.UntilAsync(() => !Directory.Exists(home));
    }

    [Fact]
    public async Task Begin_SeveralAtOnce_MakeOneStateWithOneKeeper()
    {
        for (var round = 0; round < 2; round++)
        {
            var directory = Directory.CreateTempSubdirectory("teuthology-begin-").FullName;
            var options = new GuardianOptions { Directory = directory, Lease = TimeSpan.FromSeconds(1) };
            var homes = await InParallel.ForEachAsync(Enumerable.Range(0, 8), async (_, _) => (await ShAsync(GuardianScript.Begin(options, "host", "id", ("", 0), null))).Split(' ')[1], default);
            var home = Assert.Single(homes.Distinct(StringComparer.Ordinal));
            Assert.Equal(["id", "probe"], Directory.GetFileSystemEntries(Path.GetDirectoryName(home)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(["due", "guardian", "job", "keeper"], Directory.GetFileSystemEntries(home).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(1, LocalProcesses.Naming($"guardian keep {home} "));
            await LocalProcesses.UntilAsync(() => !Directory.Exists(home));
            Directory.Delete(directory, recursive: true);
        }
    }

    [SkippableFact]
    public async Task RunAsync_SshdKilledAndStarted_CommandGoesOn()
    {
        await using var own = new SshdProcess();
        Skip.If(sshd.Missing is not null, sshd.Missing);
        await own.BeginAsync();
        var log = new LineKeeper();
        await using var remote = new Remote(own.Endpoint, log);
        var running = remote.RunAsync(RemoteCommand.Script("echo one; echo two >&2; sleep 2; echo three; exit 3") with { CheckStatus = false }, default);
        await LocalProcesses.UntilAsync(() => log.Output.Count() == 2);
        await own.KillAsync();
        await Task.Delay(500);
        await own.StartAsync();
        var result = await running.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((3, "one\nthree\n", "two\n"), (result.ExitStatus, result.Stdout, result.Stderr));
    }

    private static async Task<string> ShAsync(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private Remote Remote(string directory, long fence, string job = "-")
    {
        return sshd.Remote(options: new RemoteOptions { Guardian = new GuardianOptions { Directory = directory, Fence = fence, Job = job }, ConnectTimeout = TimeSpan.FromSeconds(10) });
    }
}

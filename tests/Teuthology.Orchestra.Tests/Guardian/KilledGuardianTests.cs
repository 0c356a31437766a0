using System.Globalization;

namespace Teuthology.Orchestra.Tests;

/// <summary>Parts of the guardian are killed on the host: nothing hangs, nothing is left, and the reason is told.</summary>
public sealed class KilledGuardianTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology-guardian-").FullName;

    [SkippableTheory]
    [InlineData("sleep {0}")]
    [InlineData("(setsid sleep {0} >/dev/null 2>&1 &); sleep {0}; :")]
    public async Task WorkerKilled_CommandIsEndedAndLost(string script)
    {
        await using var remote = Remote(lease: 4);
        var tag = LocalProcesses.Tag();
        var running = remote.RunAsync(RemoteCommand.Script(string.Format(CultureInfo.InvariantCulture, script, tag)), default);
        await LocalProcesses.AppearAsync(tag);
        await KillAsync("worker", 0);
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Matches("was killed.*; how it ended is not known", error.Message);
        Assert.Equal(0, LocalProcesses.Sleeping(tag));
        Assert.Equal("next\n", await remote.ShAsync("echo next", default));
    }

    /// <summary>The host's end of a controller kills workers first; who attaches in that moment learns why.</summary>
    [SkippableFact]
    public async Task WorkerKilledByTheEndOfItsController_ThatIsTheReason()
    {
        await using var remote = Remote(lease: 4);
        var tag = LocalProcesses.Tag();
        var running = remote.RunAsync(RemoteCommand.Script($"sleep {tag}; :"), default);
        await LocalProcesses.AppearAsync(tag);
        await LocalProcesses.UntilAsync(() => Read("worker").Length > 0);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Assert.Single(Directory.GetFiles(directory, "job", SearchOption.AllDirectories)))!, "ending"), "");
        await KillAsync("worker", 0);
        var error = await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("the host has ended it: its lease was over", error.Message, StringComparison.Ordinal);
        await LocalProcesses.VanishAsync(tag);
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task PumpKilled_CommandIsEndedAndLost(int pump)
    {
        await using var remote = Remote(lease: 4);
        var tag = LocalProcesses.Tag();
        var running = remote.RunAsync(RemoteCommand.Script($"sleep {tag}; echo; echo >&2"), default);
        await LocalProcesses.AppearAsync(tag);
        await KillAsync("ends", pump);
        await Assert.ThrowsAsync<ConnectionLostException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        await LocalProcesses.VanishAsync(tag);
        Assert.Equal("next\n", await remote.ShAsync("echo next", default));
    }

    [SkippableFact]
    public async Task KeeperKilled_AnotherTakesItsPlace()
    {
        await using var remote = Remote(lease: 4);
        await remote.ConnectAsync(default);
        var first = await KillAsync("keeper", 0);
        await LocalProcesses.UntilAsync(() => Read("keeper") is { Length: > 0 } keeper && keeper != first && Directory.Exists($"/proc/{keeper.Split(':')[0]}"));
        Assert.Equal("still\n", await remote.ShAsync("echo still", default));
    }

    [SkippableFact]
    public async Task FilesDeletedUnderACommand_ItEndsAsItWould()
    {
        await using var remote = Remote();
        var log = new LineKeeper();
        await using var process = await remote.StartAsync(RemoteCommand.Script("echo begun; cat; echo out; sleep 1; exit 3") with { StdinPipe = true, CheckStatus = false, Log = log }, default);
        await process.Stdin.WriteAsync("in "u8.ToArray());

        // By then the command and its input are open.
        await LocalProcesses.UntilAsync(() => log.Output.Any());
        Directory.Delete(directory, recursive: true);
        await process.Stdin.WriteAsync("more\n"u8.ToArray());
        await process.Stdin.DisposeAsync();
        var result = await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((3, "begun\nin more\nout\n"), (result.ExitStatus, result.Stdout));
        Assert.Equal("next\n", await remote.ShAsync("echo next", default));
    }

    /// <summary>The kernel of the host answers for it, but nobody else.</summary>
    [SkippableFact]
    public async Task SshdStopped_IsNoticedAndTheCommandGoesOn()
    {
        await using var remote = Remote(options: new RemoteOptions { KeepAlive = TimeSpan.FromSeconds(0.5), LinkTimeout = TimeSpan.FromSeconds(2), AnswerTimeout = TimeSpan.FromSeconds(3) });
        var log = new LineKeeper();
        var running = remote.RunAsync(RemoteCommand.Script("echo one; sleep 8; echo two") with { Log = log }, default);
        await LocalProcesses.UntilAsync(() => log.Output.Any());
        var connection = Read("ends").Split(' ')[2].Split(':')[0];
        await OpenSshServer.RunAsync("kill", "-STOP", connection);
        Assert.Equal("one\ntwo\n", (await running.WaitAsync(TimeSpan.FromMinutes(2))).Stdout);
        Assert.Contains(Log.Lines, line => line.Contains("sshd did not answer for", StringComparison.Ordinal));
    }

    private LineKeeper Log { get; } = new();

    private Remote Remote(double lease = 60, RemoteOptions? options = null) =>
        sshd.Remote(Log, (options ?? new RemoteOptions()) with { Guardian = new GuardianOptions { Directory = directory, Lease = TimeSpan.FromSeconds(lease) } });

    private string Read(string file) => Directory.GetFiles(directory, file, SearchOption.AllDirectories) is [var one] ? File.ReadAllText(one).TrimEnd() : "";

    private async Task<string> KillAsync(string file, int place)
    {
        await LocalProcesses.UntilAsync(() => Read(file).Length > 0);
        var told = Read(file);
        await OpenSshServer.RunAsync("kill", "-9", told.Split(' ')[place].Split(':')[0]);
        return told;
    }
}

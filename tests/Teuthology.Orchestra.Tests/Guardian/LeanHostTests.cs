namespace Teuthology.Orchestra.Tests;

/// <summary>On a host without bash: no shell with job control, groups are made by setsid.</summary>
public sealed class LeanHostTests : IAsyncLifetime
{
    private readonly SshdProcess sshd = new();
    private readonly string tools = Directory.CreateTempSubdirectory("teuthology-tools-").FullName;
    private string? missing;

    [SkippableFact]
    public async Task RunAsync_NoBash_StatusSignalsAndKillAreTheSame()
    {
        Skip.If(missing is not null, missing);
        var log = new LineKeeper();
        await using var remote = new Remote(sshd.Endpoint, log);
        Assert.Equal("no\n", await remote.ShAsync("command -v bash >/dev/null && echo yes || echo no", default));
        Assert.Equal(9, (await remote.RunAsync(RemoteCommand.Script("exit 9") with { CheckStatus = false }, default)).ExitStatus);
        Assert.Equal("SEGV", (await remote.RunAsync(RemoteCommand.Script("kill -SEGV $$") with { CheckStatus = false }, default)).Signal);
        Assert.Equal("it's\n\\two\n", (await remote.RunAsync(RemoteCommand.Args("printf", "%s\n", "it's\n\\two"), default)).Stdout);
        Assert.Equal("in", (await remote.RunAsync(RemoteCommand.Args("cat") with { Stdin = "in"u8.ToArray() }, default)).Stdout);
        Assert.Equal(100_000, (await remote.RunAsync(RemoteCommand.Args("cat") with { Stdin = new byte[100_000] }, default)).Stdout.Length);
        var tag = LocalProcesses.Tag();
        await using var process = await remote.StartAsync(RemoteCommand.Script("trap 'echo int; exit 5' INT; echo ready; while :; do sleep 0.05; done") with { CheckStatus = false }, default);
        await LocalProcesses.UntilAsync(() => log.Output.Any(line => line.EndsWith("stdout:ready", StringComparison.Ordinal)));
        await process.SignalAsync(2, default);
        Assert.Equal((5, "ready\nint\n"), await process.WaitAsync(default).WaitAsync(TimeSpan.FromMinutes(2)) is var result ? (result.ExitStatus, result.Stdout) : default);
        await using var killed = await remote.StartAsync(RemoteCommand.Script($"sleep {tag}; :"), default);
        await LocalProcesses.AppearAsync(tag);
        await killed.KillAsync(default);
        Assert.Equal(0, LocalProcesses.Sleeping(tag));
    }

    public async Task InitializeAsync()
    {
        missing = await OpenSshServer.MissingAsync();
        foreach (var tool in new[] { "/usr/bin", "/bin", "/usr/sbin", "/sbin" }.SelectMany(Directory.EnumerateFiles).DistinctBy(Path.GetFileName))
        {
            if (Path.GetFileName(tool) is not ("bash" or "rbash"))
                File.CreateSymbolicLink(Path.Combine(tools, Path.GetFileName(tool)), tool);
        }

        if (missing is null)
            await sshd.BeginAsync($"SetEnv SHLVL=2 PATH={tools}");
    }

    public async Task DisposeAsync()
    {
        await sshd.DisposeAsync();
        Directory.Delete(tools, recursive: true);
    }
}

using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

/// <summary>The helpers that jobs put on machines, run here by the host's own shell.</summary>
public sealed class NodeToolsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("node-tools-").FullName;

    [Theory]
    [InlineData("kill", "KILL")]
    [InlineData("term", "TERM")]
    public async Task DaemonHelper_EndOfInput_SendsItsSignalAndEndsWell(string mode, string signal)
    {
        using var helper = Start("daemon-helper", mode, "sh", "-c", $"trap 'echo told; trap - TERM; kill -TERM $$' TERM; echo up; while :; do sleep 0.05; done");
        Assert.Equal("up", await helper.StandardOutput.ReadLineAsync());
        helper.StandardInput.Close();
        Assert.Equal(signal == "TERM" ? "told" : null, await helper.StandardOutput.ReadLineAsync());
        await helper.WaitForExitAsync();
        Assert.Equal(0, helper.ExitCode);
    }

    [Fact]
    public async Task DaemonHelper_CommandThatEndsByItself_PassesItsStatusOn()
    {
        using var helper = Start("daemon-helper", "kill", "sh", "-c", "exit 3");
        var error = await helper.StandardError.ReadToEndAsync();
        await helper.WaitForExitAsync();
        Assert.Equal(3, helper.ExitCode);
        Assert.Contains("daemon-helper: command failed with exit status 3", error);
    }

    [Fact]
    public async Task DaemonHelper_CommandThatDiesOfAnotherSignal_EndsWith1AndSaysSo()
    {
        using var helper = Start("daemon-helper", "kill", "sh", "-c", "kill -ABRT $$");
        var error = await helper.StandardError.ReadToEndAsync();
        await helper.WaitForExitAsync();
        Assert.Equal(1, helper.ExitCode);
        Assert.Contains("daemon-helper: command crashed with signal 6", error);
    }

    [Fact]
    public async Task DaemonHelper_ByteOnInput_IsSentAsASignal()
    {
        using var helper = Start("daemon-helper", "kill", "sh", "-c", "trap 'echo hup' HUP; echo up; while :; do sleep 0.05; done");
        Assert.Equal("up", await helper.StandardOutput.ReadLineAsync());
        await helper.StandardInput.BaseStream.WriteAsync(new byte[] { 1 });
        await helper.StandardInput.BaseStream.FlushAsync();
        Assert.Equal("hup", await helper.StandardOutput.ReadLineAsync());
        helper.StandardInput.Close();
        await helper.WaitForExitAsync();
        Assert.Equal(0, helper.ExitCode);
    }

    [Fact]
    public async Task DaemonHelper_KillGroup_TakesTheChildrenWithIt()
    {
        using var helper = Start("daemon-helper", "kill", "--kill-group", "sh", "-c", "sleep 300 & echo $!; wait");
        var child = int.Parse((await helper.StandardOutput.ReadLineAsync())!);
        helper.StandardInput.Close();
        await helper.WaitForExitAsync();
        Assert.Equal(0, helper.ExitCode);
        Assert.Null(await helper.StandardOutput.ReadLineAsync()); // only when the child, too, has let go of the pipe
        Assert.True(!Directory.Exists($"/proc/{child}") || (await File.ReadAllTextAsync($"/proc/{child}/stat")).Contains(") Z "));
    }

    [Fact]
    public async Task AdjustUlimits_Command_RunsWithRoomForFiles()
    {
        using var shell = Start("adjust-ulimits", "sh", "-c", "ulimit -n; ulimit -H -n; exit 5");
        var limits = (await shell.StandardOutput.ReadToEndAsync()).Split('\n');
        await shell.WaitForExitAsync();
        Assert.Equal(5, shell.ExitCode);
        Assert.True(limits[0] is "65536" || limits[0] == limits[1], string.Join(' ', limits));
    }

    [Fact]
    public async Task CephCoverage_Command_RunsWithoutItsFirstArgument()
    {
        using var shell = Start("ceph-coverage", "/nowhere", "echo", "a b");
        Assert.Equal("a b\n", await shell.StandardOutput.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    [SkippableTheory]
    [InlineData("self")]
    [InlineData("child")]
    [InlineData("no")]
    public async Task StdinKiller_InputEnds_CommandHasItsTimeAndThenDies(string group)
    {
        Skip.IfNot(File.Exists("/usr/bin/python3"), "python3 is missing: apt-get install python3");
        using var polite = StartByPython("stdin-killer", "--timeout", "60", "--setpgrp", group, "sh", "-c", "cat; exit 4");
        await polite.StandardInput.WriteAsync("handed on");
        polite.StandardInput.Close();
        Assert.Equal("handed on", await polite.StandardOutput.ReadToEndAsync());
        await polite.WaitForExitAsync();
        Assert.Equal(4, polite.ExitCode);
        using var stubborn = StartByPython("stdin-killer", "--timeout", "1", "--setpgrp", group, "--signal", "15", "sleep", "300");
        stubborn.StandardInput.Close();
        await stubborn.WaitForExitAsync();
        Assert.Equal(128 + 15, stubborn.ExitCode);
    }

    [SkippableFact]
    public async Task StdinKiller_OutputHungUp_CommandDiesThoughInputIsOpen()
    {
        Skip.IfNot(File.Exists("/usr/bin/python3"), "python3 is missing: apt-get install python3");
        using var killer = StartByPython("stdin-killer", "--timeout", "0", "sleep", "300");
        killer.StandardOutput.Close();
        await killer.WaitForExitAsync();
        Assert.Equal(128 + 9, killer.ExitCode);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Process Start(string tool, params string[] arguments) => StartBy("sh", tool, arguments);

    private Process StartByPython(string tool, params string[] arguments) => StartBy("/usr/bin/python3", tool, arguments);

    private Process StartBy(string shell, string tool, string[] arguments)
    {
        var path = Path.Combine(_directory, tool);
        using (var source = typeof(InstallTask).Assembly.GetManifestResourceStream("Ceph.Node." + tool)!)
        using (var file = File.Create(path))
            source.CopyTo(file);
        return Process.Start(new ProcessStartInfo(shell, [path, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}

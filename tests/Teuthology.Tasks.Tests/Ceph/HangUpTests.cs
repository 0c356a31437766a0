using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

public sealed class HangUpTests
{
    [Theory]
    [InlineData("/bin/sh")]
    [InlineData("/bin/bash")]
    public async Task Script_OneCatchesItAndOneDoesNot_OnlyTheFirstIsSignalled(string shell)
    {
        using var ready = Start(shell, "trap 'echo reopened; exit 5' HUP; echo up; while :; do sleep 0.05; done");
        using var young = Start(shell, "echo up; while :; do sleep 0.05; done");
        Assert.Equal("up", await ready.StandardOutput.ReadLineAsync());
        Assert.Equal("up", await young.StandardOutput.ReadLineAsync());

        using var script = Start(shell, "set -e\n" + HangUp.Script($"{ready.Id} {young.Id} $(echo 4194305)"));
        await script.WaitForExitAsync();
        Assert.Equal(0, script.ExitCode);
        Assert.Equal("", await script.StandardError.ReadToEndAsync());
        Assert.Equal("reopened", await ready.StandardOutput.ReadLineAsync());
        await ready.WaitForExitAsync();
        Assert.Equal(5, ready.ExitCode);

        Assert.False(young.HasExited);
        young.Kill();
        await young.WaitForExitAsync();
        Assert.Equal(128 + 9, young.ExitCode);
    }

    private static Process Start(string shell, string text) =>
        Process.Start(new ProcessStartInfo(shell, ["-c", text]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}

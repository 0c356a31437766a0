using System.Diagnostics;

namespace Teuthology.Cli.Tests;

/// <summary>The units that come with the program, by systemd's own check.</summary>
public sealed class SystemdUnitTests
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    [SkippableFact]
    public async Task Units_OfTheProgram_PassSystemdsCheck()
    {
        Skip.If(!File.Exists(Analyze), "systemd-analyze is not on this host: sudo apt-get install systemd");
        var units = Directory.GetFiles(Path.Combine(Root(), "eng", "systemd"), "*.service");
        Assert.Equal(3, units.Length);
        foreach (var unit in units)
        {
            using var check = Process.Start(new ProcessStartInfo(Analyze, ["verify", "--recursive-errors=no", unit]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var said = await check.StandardError.ReadToEndAsync();
            await check.WaitForExitAsync();
            Assert.True(check.ExitCode == 0 && said.Length == 0, $"{unit}: {said}");
        }
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Teuthology.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Teuthology.sln is not above the test");
        return root;
    }
}

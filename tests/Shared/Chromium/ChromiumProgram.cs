using System.Diagnostics;

namespace Teuthology.Testing;

/// <summary>Debian's Chromium on this host; Playwright's own browsers are never fetched.</summary>
internal static class ChromiumProgram
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>Its path; installed when it is missing and the test is root.</summary>
    public static async Task<string> FindAsync()
    {
        string problem = "";
        if (!File.Exists(Program) && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/apt-get"))
            problem = await InstallAsync();
        Skip.IfNot(File.Exists(Program), $"Chromium is not on this host: sudo apt-get install chromium{problem}");
        return Program;
    }

    private static async Task<string> InstallAsync()
    {
        var start = new ProcessStartInfo("apt-get") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
            start.ArgumentList.Add(argument);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var apt = Process.Start(start)!;
        apt.StandardInput.Close();
        var errors = apt.StandardError.ReadToEndAsync();
        var output = await apt.StandardOutput.ReadToEndAsync();
        await apt.WaitForExitAsync();
        return apt.ExitCode == 0 ? "" : $"\n{output}{await errors}";
    }
}

using System.Diagnostics;

namespace Teuthology.Cli.Tests;

/// <summary>Programs of the host that tests drive; root on Debian gets those that are missing.</summary>
internal static class DebianPrograms
{
    /// <summary>Skips the test when a program is missing and cannot be had.</summary>
    /// <param name="names">Programs, each of a package of the same name.</param>
    public static async Task RequireAsync(params string[] names)
    {
        var missing = Array.FindAll(names, name => !IsThere(name));
        if (missing.Length > 0 && Environment.IsPrivilegedProcess && IsThere("apt-get"))
        {
            var start = new ProcessStartInfo("apt-get", ["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", .. missing])
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
        }

        missing = Array.FindAll(names, name => !IsThere(name));
        Skip.If(missing.Length > 0, $"{string.Join(", ", missing)} is missing: apt-get install {string.Join(' ', missing)}");
    }

    private static bool IsThere(string name) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, name)));
}

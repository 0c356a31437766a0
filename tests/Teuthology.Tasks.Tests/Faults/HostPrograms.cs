using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

/// <summary>Programs of this host.</summary>
internal static class HostPrograms
{
    /// <summary>Runs one, which must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}

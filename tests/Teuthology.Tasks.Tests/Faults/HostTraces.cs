using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

/// <summary>What is left of a lab on this host, found without asking the product.</summary>
internal static class HostTraces
{
    /// <summary>Asserts that no machine is held or runs, and that no process, mount or guardian's file of the lab is left.</summary>
    public static async Task ShouldBeCleanAsync(this LabHost host)
    {
        Assert.DoesNotContain(await host.Leases.ListAsync(CancellationToken.None), node => node.Locked);
        Assert.Empty(await host.Provisioner.StatusAsync(CancellationToken.None));
        await DiscardedAsync(host.State);
        Assert.Empty(Processes(host.State + "/"));
        Assert.DoesNotContain(await File.ReadAllLinesAsync("/proc/self/mountinfo"), line => line.Contains(host.State, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateDirectories(host.State, "teuthology-*-*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }));
    }

    // The files of machines that are gone are removed beside what comes next.
    private static async Task DiscardedAsync(string state)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(120); await Task.Delay(50))
        {
            if (Processes(state + "/").All(process => !process.Contains("rm -rf", StringComparison.Ordinal)))
                return;
        }
    }

    /// <summary>Processes that live, and that have the text in their environment, command line or mounts.</summary>
    public static IReadOnlyList<string> Processes(string text) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0]) && Path.GetFileName(p) != $"{Environment.ProcessId}")
            .Where(p => Lives(p) && Told(p).Any(f => Read(p, f).Contains(text, StringComparison.Ordinal)))
            .Select(p => $"{Path.GetFileName(p)} {Read(p, "cmdline").Replace('\0', ' ')}"),
    ];

    // Mounts tell who lives on a machine, unless they are this host's own.
    private static string[] Told(string process) =>
        new FileInfo(Path.Combine(process, "ns/mnt")).LinkTarget == new FileInfo("/proc/self/ns/mnt").LinkTarget ? ["environ", "cmdline"] : ["environ", "cmdline", "mountinfo"];

    private static bool Lives(string process) => Read(process, "stat") is { Length: > 0 } stat && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');

    private static string Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

using System.Diagnostics;

namespace Teuthology.Jobs.Tests;

/// <summary>This test assembly as a program: runs job after job until it is killed.</summary>
internal static class CrashingController
{
    /// <summary>Starts it.</summary>
    public static Process Start(string archive, string enter)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["exec", typeof(CrashingController).Assembly.Location, archive, enter])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var archive, var enter])
            return 2;
        using var host = new JobHost(change: o => o with { ArchiveDirectory = archive });
        while (true)
        {
            var running = host.RunAsync($"tasks:\n- test.step: {{name: {new string('x', 20000)}, enter: {enter}}}\n");
            if (enter == "wait")
                await host.Trace.Waiting.Task;
            else
                await running;
            Console.WriteLine("job");
            if (enter == "wait")
                await running;
        }
    }
}

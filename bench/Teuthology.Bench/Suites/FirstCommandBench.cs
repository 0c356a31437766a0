using System.Diagnostics;
using System.Text.Json;

namespace Teuthology.Bench;

/// <summary>From the start of <c>dotnet test</c> (built) to the end of the first command that a job ran on a machine.</summary>
public static class FirstCommandBench
{
    public static async Task<int> RunAsync(string repository, int rounds)
    {
        var jobs = Path.Combine(repository, "tests", "Teuthology.Suites.Jobs");
        var plain = Path.Combine(repository, "tests", "Teuthology.Architecture.Tests");
        if (!Directory.Exists(jobs))
        {
            Console.Error.WriteLine($"{repository} is not a checkout of this project: name one");
            return 2;
        }

        Console.WriteLine($"{rounds} rounds, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start\n");
        var archive = Directory.CreateTempSubdirectory("teuthology-bench-");
        try
        {
            List<double> first = [], whole = [], empty = [];
            for (var round = 0; round < rounds; round++)
            {
                var begin = TimeProvider.System.GetUtcNow();
                whole.Add(await TestAsync(jobs, "Job~cluster/one tasks/exec", archive.FullName));
                first.Add((FirstCommand(archive.FullName) - begin).TotalSeconds);
                empty.Add(await TestAsync(plain, "FullyQualifiedName~ArrowTests.Source", archive.FullName));
                foreach (var run in archive.EnumerateDirectories())
                    run.Delete(recursive: true);
            }

            Console.WriteLine($"{"seconds",-56}{"median",8}{"worst",8}");
            Tell("dotnet test until the first command on a machine", first);
            Tell("dotnet test of that job, whole", whole);
            Tell("dotnet test of one ordinary fact, whole", empty);
            Console.WriteLine($"\n{"ratio: first command to one ordinary fact",-56}{Median(first) / Median(empty),8:0.00}");
            return 0;
        }
        finally
        {
            archive.Delete(recursive: true);
        }
    }

    private static async Task<double> TestAsync(string project, string filter, string archive)
    {
        var start = Stopwatch.GetTimestamp();
        var info = new ProcessStartInfo("dotnet", ["test", project, "--no-build", "--filter", filter]) { RedirectStandardOutput = true };
        info.Environment["TEUTHOLOGY_ARCHIVE"] = archive;
        using var process = Process.Start(info)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException(output);
    }

    private static DateTimeOffset FirstCommand(string archive) =>
        Directory.EnumerateFiles(archive, "events.jsonl", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(e => e.GetProperty("event").GetString() == "command")
            .Min(e => e.GetProperty("time").GetDateTimeOffset());

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);

    private static void Tell(string what, List<double> seconds) => Console.WriteLine($"{what,-56}{Median(seconds),8:0.00}{seconds.Max(),8:0.00}");
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Teuthology.Lab;

namespace Teuthology.Bench;

/// <summary>
/// A job of 20 <c>exec</c> tasks on a machine that its targets name, from the start of the process to its end, when the summary is written:
/// ours, and upstream's program where one is named, turn by turn on the same machine.
/// </summary>
public static class JobBench
{
    private const int Tasks = 20;

    /// <param name="rounds">How often each runs.</param>
    /// <param name="upstream">Upstream's code; null for none.</param>
    public static async Task<int> RunAsync(int rounds, string? upstream)
    {
        await using var code = await Upstream.FindAsync(upstream, "paramiko", "gevent", "yaml", "requests", "netaddr", "humanfriendly");
        var work = Directory.CreateTempSubdirectory("teuthology-bench-").FullName;
        var options = new LabOptions { StateDirectory = Path.Combine(work, "state"), MaxNodes = 1 };
        var lab = new RootProvisioner(options, TimeProvider.System);
        try
        {
            await lab.PrepareAsync(null, CancellationToken.None);
            var machine = await lab.StartAsync("n1", null, CancellationToken.None);
            var bench = new JobBenchFiles(work, machine, Tasks);

            // By this mark upstream knows a container: it leaves the kernel's settings alone there, as we do.
            await InLabAsync(bench, "ssh", ["-F", bench.SshConfig, $"{machine.User}@{machine.Address}", "sudo touch /run/.containerenv"]);
            var ours = Path.Combine(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!, "..", "Teuthology.Cli", "release", "teuthology");
            Console.WriteLine($"{Tasks} exec tasks, {rounds} rounds, {Environment.ProcessorCount} processors, load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]} at the start; upstream: {code.Remark}\n");
            List<Sample> mine = [], theirs = [];
            for (var round = 0; round < rounds; round++)
            {
                mine.Add(await JobAsync(bench, [ours], $"ours-{round}"));
                if (code.IsThere)
                    theirs.Add(await JobAsync(bench, code.Command("upstream_job.py"), $"upstream-{round}"));
            }

            Console.WriteLine("| a job of 20 `exec` | ours | upstream | ours / upstream |\n|---|---|---|---|");
            Tell("s, median", mine, theirs, samples => Median(samples, s => s.Seconds));
            Tell("s, best", mine, theirs, samples => samples.Min(s => s.Seconds));
            Tell("CPU s of the program", mine, theirs, samples => Median(samples, s => s.Cpu));

            return 0;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<Sample> JobAsync(JobBenchFiles bench, string[] program, string name)
    {
        var before = ChildrenCpu();
        var start = Stopwatch.GetTimestamp();
        var archive = Path.Combine(bench.Directory, name);
        await InLabAsync(bench, program[0], [.. program[1..], "--name", name, "-a", archive, bench.Job]);
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!(await File.ReadAllTextAsync(Path.Combine(archive, "summary.yaml"))).Contains("success: true", StringComparison.Ordinal))
            throw new InvalidOperationException($"{name} did not pass");
        var log = await File.ReadAllTextAsync(Path.Combine(archive, "teuthology.log"));
        if (Enumerable.Range(0, Tasks).FirstOrDefault(i => !log.Contains($"stdout:step {i}\n", StringComparison.Ordinal), -1) is var lacking and >= 0)
            throw new InvalidOperationException($"{name}: the log lacks the output of step {lacking}");
        return new Sample(took, ChildrenCpu() - before);
    }

    // The machine's network is not the host's.
    private static async Task InLabAsync(JobBenchFiles bench, string program, string[] arguments)
    {
        var hub = "teuth-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(bench.Directory, "state", "lab"))))[..8];
        var info = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{hub}", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["TEUTHOLOGY_CONFIG"] = bench.Site;
        info.Environment["TEUTHOLOGY_STATE"] = Path.Combine(bench.Directory, "results");
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program}: exit {process.ExitCode}\n{output}{await errors}");
    }

    // Fields 16 and 17 of proc(5)'s stat: processor time of children that were waited for, in hundredths of a second.
    private static double ChildrenCpu()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[13..15].Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / 100;
    }

    private static void Tell(string what, List<Sample> ours, List<Sample> theirs, Func<List<Sample>, double> of) => Console.WriteLine(
        theirs.Count > 0 ? $"| {what} | {of(ours):0.00} | {of(theirs):0.00} | {of(ours) / of(theirs):0.00} |" : $"| {what} | {of(ours):0.00} | | |");

    private static double Median(List<Sample> samples, Func<Sample, double> of) => samples.Select(of).Order().ElementAt(samples.Count / 2);

    private sealed record Sample(double Seconds, double Cpu);
}

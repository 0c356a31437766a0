using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Teuthology.Bench;

/// <summary>What a process and those it started took.</summary>
/// <param name="CpuSeconds">CPU time, user and system, of all of them.</param>
/// <param name="PeakMegabytes">Peak resident memory of the largest of them.</param>
/// <param name="WallSeconds">From start to end.</param>
/// <param name="Output">Standard output, where it was kept.</param>
public sealed record Measured(double CpuSeconds, double PeakMegabytes, double WallSeconds, string Output)
{
    private const int Children = -1;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Program.</param>
    /// <param name="arguments">Arguments.</param>
    /// <param name="environment">Variables to add.</param>
    /// <param name="keep">True keeps standard output; else it is read and thrown away.</param>
    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static async Task<Measured> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, bool keep = false)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        var (cpu, start) = (ChildrenCpu(), Stopwatch.GetTimestamp());
        using var process = Process.Start(info)!;
        using var over = new CancellationTokenSource();
        var peak = WatchAsync(process.Id, over.Token);
        var error = process.StandardError.ReadToEndAsync();
        var output = keep ? await process.StandardOutput.ReadToEndAsync() : await DrainAsync(process.StandardOutput.BaseStream);
        await process.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await over.CancelAsync();
        return process.ExitCode == 0
            ? new Measured(ChildrenCpu() - cpu, await peak, wall, output)
            : throw new InvalidOperationException($"{program} {string.Join(' ', info.ArgumentList)} ended with {process.ExitCode}: {await error}");
    }

    private static async Task<string> DrainAsync(Stream stream)
    {
        var buffer = new byte[1 << 20];
        while (await stream.ReadAsync(buffer) > 0)
        {
        }

        return "";
    }

    /// <summary>The kernel keeps each process's peak; it has only to be asked before the process is gone.</summary>
    private static async Task<double> WatchAsync(int root, CancellationToken over)
    {
        var peak = 0.0;
        while (!over.IsCancellationRequested)
        {
            var family = new HashSet<int> { root };
            foreach (var (id, parent, megabytes) in Processes().OrderBy(p => p.Id))
            {
                if (id != root && !family.Contains(parent))
                    continue;
                family.Add(id);
                peak = Math.Max(peak, megabytes);
            }

            await Task.Delay(10, CancellationToken.None);
        }

        return peak;
    }

    private static IEnumerable<(int Id, int Parent, double Megabytes)> Processes()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            string[] lines;
            try
            {
                lines = File.ReadAllLines(Path.Combine(directory, "status"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // It ended just now.
            }

            yield return (id, (int)Number(lines, "PPid:"), Number(lines, "VmHWM:") / 1024.0);
        }
    }

    private static long Number(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            : 0;

    private static double ChildrenCpu()
    {
        var usage = new long[18];
        return GetRUsage(Children, usage) == 0 ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6) : throw new InvalidOperationException("getrusage failed");
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetRUsage(int who, [Out] long[] usage);
}

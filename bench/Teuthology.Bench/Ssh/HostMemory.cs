using System.Text;

namespace Teuthology.Bench;

/// <summary>What connections cost: in this process, and on the host in the guardian's.</summary>
public static class HostMemory
{
    /// <summary>CPU seconds of a process's children, which still run.</summary>
    public static double CpuOf(int parent) => Directory.EnumerateDirectories("/proc").Sum(directory =>
    {
        try
        {
            var text = int.TryParse(Path.GetFileName(directory), out _) ? File.ReadAllText(Path.Combine(directory, "stat")) : "";
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 12 && int.Parse(fields[1]) == parent ? (long.Parse(fields[11]) + long.Parse(fields[12])) / 100.0 : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    });

    public static async Task TellAsync(int connections)
    {
        var (workers, pumps, keepers) = (0L, 0L, 0L);
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var line = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Path.Combine(directory, "cmdline"))).Replace('\0', ' ');
                var size = (await File.ReadAllLinesAsync(Path.Combine(directory, "smaps_rollup"))).First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
                var kib = long.Parse(size.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
                if (line.Contains("/guardian work ", StringComparison.Ordinal))
                    workers += kib;
                else if (line.StartsWith("tee /dev/fd/3 ", StringComparison.Ordinal))
                    pumps += kib;
                else if (line.Contains("/guardian keep ", StringComparison.Ordinal))
                    keepers += kib;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // It has ended, or is the kernel's.
            }
        }

        Console.Write($"\n  here {Environment.WorkingSet / 1048576.0 / connections:0.0} MiB of the process for each; on the host KiB each: worker {workers / connections}, pumps {pumps / connections}, keeper {keepers / connections}");
    }
}

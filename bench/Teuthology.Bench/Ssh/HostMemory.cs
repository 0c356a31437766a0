using System.Text;

namespace Teuthology.Bench;

/// <summary>What connections cost: in this process, and on the host in the guardian's.</summary>
public static class HostMemory
{
    /// <summary>Resident memory of this process once garbage is gone.</summary>
    public static long ResidentKib()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet / 1024;
    }

    /// <summary>Memory of all workers, pumps and keepers of guardians on this host, what they share counted in parts.</summary>
    public static async Task<long> GuardianKibAsync()
    {
        var sum = 0L;
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            try
            {
                var line = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Path.Combine(directory, "cmdline"))).Replace('\0', ' ');
                if (!line.Contains("/guardian work ", StringComparison.Ordinal) && !line.StartsWith("tee /dev/fd/3 ", StringComparison.Ordinal) && !line.Contains("/guardian keep ", StringComparison.Ordinal))
                    continue;
                var size = (await File.ReadAllLinesAsync(Path.Combine(directory, "smaps_rollup"))).First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
                sum += long.Parse(size.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // It has ended.
            }
        }

        return sum;
    }
}

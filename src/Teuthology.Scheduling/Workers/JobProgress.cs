namespace Teuthology.Scheduling;

/// <summary>How far a job is, by the events in its archive.</summary>
internal static class JobProgress
{
    /// <summary>Whether it has its machines.</summary>
    public static bool HasMachines(string archive)
    {
        try
        {
            using var events = new StreamReader(new FileStream(Path.Combine(archive, "events.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (events.ReadLine() is { } line)
            {
                if (line.Contains("\"job.machines\"", StringComparison.Ordinal))
                    return true;
            }

            return false;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Waits for what a job does.</summary>
internal static class Until
{
    /// <summary>Waits until the job's log has a text; fails when the job ends without.</summary>
    public static async Task LogHasAsync(IJobSession session, string text, Task running)
    {
        var log = Path.Combine(session.ArchivePath!, "teuthology.log");
        while (!(await File.ReadAllTextAsync(log)).Contains(text, StringComparison.Ordinal))
        {
            Assert.False(running.IsCompleted, $"the job ended without '{text}'");
            await Task.Delay(50);
        }
    }
}

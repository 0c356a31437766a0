using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>The tasks that a task of tasks names.</summary>
internal static class GroupEntries
{
    /// <summary>Reads them, noting each in the log as it comes up.</summary>
    public static IEnumerable<TaskEntry> Of(TaskRun run, object? list, string? told = null)
    {
        foreach (var entry in TaskList.OfGroup(list, run.Mark, run.Name, run.Job.Config))
        {
            TasksLog.RunningIn(run.Log, told ?? run.Name, entry.Name);
            yield return entry;
        }
    }
}

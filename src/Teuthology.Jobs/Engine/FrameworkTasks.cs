namespace Teuthology.Jobs;

/// <summary>Tells the tasks that wrap every job from the job's own.</summary>
public static class FrameworkTasks
{
    private static readonly HashSet<string> WithoutPrefix = ["console_log", "pcp", "selinux", "ansible.cephlab", "clock", "clock.check"];

    /// <summary>Whether a task, by its name in the log, is one of the framework's.</summary>
    /// <param name="task">The name.</param>
    public static bool Contains(string task) => task.StartsWith("internal.", StringComparison.Ordinal) || WithoutPrefix.Contains(task);
}

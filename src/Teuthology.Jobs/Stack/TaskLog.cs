namespace Teuthology.Jobs;

/// <summary>Names of the loggers of tasks, as upstream's modules would name them.</summary>
internal static class TaskLog
{
    public static string NameOf(string task) => "teuthology.task." + task.Replace('-', '_');
}

using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Which of a job's tasks come before its machines are locked, by upstream's <c>internal.buildpackages_prep</c>.</summary>
/// <param name="Tasks">The job's own tasks, without <see cref="First"/>.</param>
/// <param name="First">The task <c>buildpackages</c> of a job that installs something.</param>
/// <param name="Note">What was done about it, for the log.</param>
internal sealed record PackageChecks(IReadOnlyList<TaskEntry> Tasks, TaskEntry? First, string Note)
{
    private const string Build = "buildpackages";

    /// <summary>Whether a job has <c>internal.check_packages</c> and <c>internal.buildpackages_prep</c>.</summary>
    public static bool Apply(YamlMap job) =>
        job.Get("redhat") is null && !HasRepositories(job.Get("install")) && !HasRepositories((job.Get("overrides") as YamlMap)?.Get("install")) && job.Get("verify_ceph_hash") is not false;

    public static PackageChecks Of(YamlMap job, IReadOnlyList<TaskEntry> tasks)
    {
        if (!Apply(job))
            return new PackageChecks(tasks, null, "");
        var index = tasks.ToList().FindIndex(task => task.Name == Build);
        if (index < 0)
            return new PackageChecks(tasks, null, $"no {Build} task found");
        List<TaskEntry> rest = [.. tasks.Take(index), .. tasks.Skip(index + 1)];
        return rest.Exists(task => task.Name == "install")
            ? new PackageChecks(rest, tasks[index], index == 0 ? $"{Build} is already the first task" : $"{Build} moved to be the first task")
            : new PackageChecks(rest, null, $"{Build} removed because no install task found in {string.Join(", ", rest.Select(task => task.Name))}");
    }

    private static bool HasRepositories(object? install) => install is YamlMap map && map.ContainsKey("repos");
}

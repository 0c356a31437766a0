using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Tells from a job's YAML what it needs and this lab has not, before anything is locked.</summary>
public interface IJobReadiness
{
    /// <summary>What is missing, machines first; nothing when the job can be tried.</summary>
    /// <param name="job">The merged job.</param>
    /// <param name="suitesDirectory">Directory of suites that it comes from, beside which workunits are; null for none.</param>
    /// <param name="tasks">The tasks that the job can name, where they are known.</param>
    IReadOnlyList<JobNeed> Missing(YamlMap job, string? suitesDirectory, ITaskCatalog? tasks = null);
}

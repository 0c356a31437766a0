using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Tells from a job's YAML which of its machines load modules of a kernel of their own: containers cannot.</summary>
public interface IKernelNeeds
{
    /// <summary>Places of these machines in <c>roles</c>, from 0.</summary>
    /// <param name="job">The merged job.</param>
    /// <param name="suitesDirectory">Directory of suites that it comes from; null for none.</param>
    /// <param name="looksAtScripts">Whether the suite's workunits are read, too.</param>
    /// <param name="tasks">The tasks that the job can name, where they are known.</param>
    /// <exception cref="ConfigurationException">The job asks for tasks that it cannot have.</exception>
    IReadOnlySet<int> Places(YamlMap job, string? suitesDirectory, bool looksAtScripts, ITaskCatalog? tasks = null);
}

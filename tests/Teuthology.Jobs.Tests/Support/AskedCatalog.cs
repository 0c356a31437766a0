using System.Diagnostics.CodeAnalysis;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>A catalogue that counts for how many jobs it was asked, and readiness and kernels that note which catalogue they were handed.</summary>
public sealed class AskedCatalog(ITaskCatalog own) : ITaskCatalog, IJobReadiness, IKernelNeeds
{
    public int Asked { get; private set; }

    public List<ITaskCatalog?> Handed { get; } = [];

    public ITaskCatalog Job { get; } = own;

    public IReadOnlyList<string> Names => Job.Names;

    public bool TryFind(string name, [NotNullWhen(true)] out TaskDescriptor? task) => Job.TryFind(name, out task);

    public ITaskCatalog Of(YamlMap job, string? suitesDirectory)
    {
        Asked++;
        return Job;
    }

    public IReadOnlyList<JobNeed> Missing(YamlMap job, string? suitesDirectory, ITaskCatalog? tasks = null)
    {
        Handed.Add(tasks);
        return [];
    }

    public IReadOnlySet<int> Places(YamlMap job, string? suitesDirectory, bool looksAtScripts, ITaskCatalog? tasks = null)
    {
        Handed.Add(tasks);
        return new HashSet<int>();
    }
}

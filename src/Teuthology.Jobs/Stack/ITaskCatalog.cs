using System.Diagnostics.CodeAnalysis;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>The tasks that jobs can name.</summary>
public interface ITaskCatalog
{
    /// <summary>Every name, sorted, for error texts and help.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Looks up <paramref name="name"/>; <c>-</c> and <c>_</c> count as the same.</summary>
    /// <param name="name">Name as a job writes it.</param>
    /// <param name="task">The task.</param>
    bool TryFind(string name, [NotNullWhen(true)] out TaskDescriptor? task);

    /// <summary>The tasks that one job can name: these, and what its suite brings along.</summary>
    /// <param name="job">The merged job.</param>
    /// <param name="suitesDirectory">Directory of suites that it comes from; null for none.</param>
    /// <exception cref="ConfigurationException">The job asks for tasks that it cannot have.</exception>
    ITaskCatalog Of(YamlMap job, string? suitesDirectory) => this;
}

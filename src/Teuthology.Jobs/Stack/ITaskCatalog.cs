using System.Diagnostics.CodeAnalysis;

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
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.PythonTasks;

/// <summary>
/// Tasks of ours, and behind them those that are only Python in the checkout that a job's suite comes from. A job's <c>python_tasks</c>, and
/// <see cref="JobOptions.PythonTasks"/>, name those that are to be the checkout's although we have one of that name.
/// </summary>
/// <param name="own">Our tasks.</param>
/// <param name="options">Names tasks for all jobs.</param>
public sealed class SuiteTaskCatalog(ITaskCatalog own, JobOptions options) : ITaskCatalog
{
    private readonly ConcurrentDictionary<string, SuiteTaskFolder?> _folders = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => own.Names;

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out TaskDescriptor? task) => own.TryFind(name, out task);

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException"><c>python_tasks</c> makes no sense.</exception>
    public ITaskCatalog Of(YamlMap job, string? suitesDirectory)
    {
        ArgumentNullException.ThrowIfNull(job);
        var wanted = Wanted(job).Concat(options.PythonTasks.Select(name => (Name: name, Mark: (YamlMark?)null))).ToList();
        var folder = suitesDirectory is null ? null : _folders.GetOrAdd(suitesDirectory, SuiteTaskFolder.Beside);
        if (folder is null)
        {
            return wanted is [var (name, mark), ..]
                ? throw new ConfigurationException($"python_tasks names '{name}', but the job comes from no checkout with Python tasks: there is no tasks/__init__.py beside {suitesDirectory ?? "its suites, as it has none"}", mark)
                : this;
        }

        foreach (var (name, mark) in wanted)
        {
            if (!folder.TryFind(name, out _))
                throw new ConfigurationException($"python_tasks names '{name}', which is no task of {Path.Combine(folder.Qa, "tasks")}", mark);
        }

        return new WithPython(own, folder, wanted.Select(one => Canonical(one.Name)).ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Name, YamlMark? Mark)> Wanted(YamlMap job) => job.Get("python_tasks") switch
    {
        null => [],
        YamlList list => list.Select((item, i) => (item as string ?? throw new ConfigurationException("'python_tasks' must be a list of names of tasks", list.MarkOf(i)), list.MarkOf(i))),
        _ => throw new ConfigurationException("'python_tasks' must be a list of names of tasks", job.MarkOf("python_tasks")),
    };

    private static string Canonical(string name) => name.Replace('-', '_');

    private sealed class WithPython(ITaskCatalog own, SuiteTaskFolder folder, HashSet<string> wanted) : ITaskCatalog
    {
        public IReadOnlyList<string> Names => [.. own.Names.Union(folder.Names, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

        public bool TryFind(string name, [NotNullWhen(true)] out TaskDescriptor? task)
        {
            if (!wanted.Contains(Canonical(name)) && own.TryFind(name, out task))
                return true;
            task = folder.TryFind(name, out _) ? new TaskDescriptor(Canonical(name), typeof(PythonTask), LabFeatures.None, TaskMembers.None) : null;
            return task is not null;
        }
    }
}

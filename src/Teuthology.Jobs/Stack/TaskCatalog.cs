using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Teuthology.Jobs;

/// <summary>The tasks of some assemblies: their classes with a <see cref="TaskAttribute"/>. An earlier assembly wins.</summary>
/// <param name="assemblies">Where to look; the built-in tasks first, as upstream.</param>
public sealed class TaskCatalog(IEnumerable<Assembly> assemblies) : ITaskCatalog
{
    private readonly Dictionary<string, TaskDescriptor> _tasks = Collect(assemblies);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [.. _tasks.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public bool TryFind(string name, [NotNullWhen(true)] out TaskDescriptor? task) => _tasks.TryGetValue(Canonical(name), out task);

    /// <summary>Why the types of an assembly cannot be had: as a rule it was built against other versions than those that are here.</summary>
    internal static string Reason(ReflectionTypeLoadException e) =>
        $"its classes cannot be loaded; build it against the version of Teuthology that runs it: {e.LoaderExceptions.FirstOrDefault()?.Message ?? e.Message}";

    private static IReadOnlyList<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return TaskClasses.Of(assembly);
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new ConfigurationException($"task assembly {assembly.Location}: {Reason(e)}", inner: e);
        }
    }

    private static string Canonical(string name) => name.Replace('-', '_');

    private static Dictionary<string, TaskDescriptor> Collect(IEnumerable<Assembly> assemblies)
    {
        var tasks = new Dictionary<string, TaskDescriptor>(StringComparer.Ordinal);
        foreach (var type in assemblies.Distinct().SelectMany(TypesOf))
        {
            foreach (var attribute in type.GetCustomAttributes<TaskAttribute>(inherit: false))
            {
                if (type.IsAbstract || !type.IsAssignableTo(typeof(IJobTask)))
                    throw new ConfigurationException($"task '{attribute.Name}': class {type.FullName} must be a concrete {nameof(IJobTask)}");

                var name = Canonical(attribute.Name);
                if (tasks.TryGetValue(name, out var other) && other.Type.Assembly == type.Assembly)
                    throw new ConfigurationException($"task '{name}' is named by both {other.Type.FullName} and {type.FullName}");

                tasks.TryAdd(name, new TaskDescriptor(name, type, attribute.Needs, attribute.Members));
            }
        }

        return tasks;
    }
}

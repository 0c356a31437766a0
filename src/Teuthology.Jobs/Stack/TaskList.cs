using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Reads lists of tasks as jobs write them.</summary>
public static class TaskList
{
    /// <summary>Reads the job's own <c>tasks</c>.</summary>
    /// <param name="job">The job's configuration.</param>
    /// <exception cref="ConfigurationException">It is no list, or an entry is no single-key mapping.</exception>
    public static IReadOnlyList<TaskEntry> OfJob(YamlMap job) => job.Get("tasks") switch
    {
        null => [],
        YamlList list => [.. list.Select((item, i) => Entry(item, list.MarkOf(i), $"[{i}]"))],
        var other => throw new ConfigurationException($"Expected list in 'tasks'; instead got: {YamlKind.Of(other)}", job.MarkOf("tasks")),
    };

    /// <summary>Reads the list of a task that runs tasks: entries are tasks, or names of top-level sections that hold one task or a list of them.</summary>
    /// <param name="value">What should be the list.</param>
    /// <param name="mark">Where it stands.</param>
    /// <param name="group">Name of the task that runs them.</param>
    /// <param name="job">The job's configuration, for the sections.</param>
    /// <returns>One item for each entry; a section that is a list is one item, <c>sequential</c>.</returns>
    /// <exception cref="ConfigurationException">It is no list, an entry is no task, or a section is missing.</exception>
    public static IReadOnlyList<TaskEntry> OfGroup(object? value, YamlMark? mark, string group, YamlMap job) => value switch
    {
        null => [],
        YamlList list => [.. list.Select((item, i) => item is string section
            ? Section(section, list.MarkOf(i), job)
            : Entry(item, list.MarkOf(i), $"[{i}]"))],
        _ => throw new ConfigurationException($"'{group}' needs a list of tasks, not {YamlKind.Of(value)}", mark),
    };

    private static TaskEntry Section(string name, YamlMark? mark, YamlMap job) => job.Get(name) switch
    {
        YamlMap { Count: 1 } single => Entry(single, job.MarkOf(name), name),
        YamlList list => new TaskEntry("sequential", list, job.MarkOf(name)) { Place = name, IsBareList = true },
        null => throw new ConfigurationException($"no top-level section '{name}'; to run the task of that name write '- {name}:'", mark),
        var other => throw new ConfigurationException(
            $"section '{name}' must hold one task or a list of tasks, not {(other is YamlMap map ? $"{map.Count} keys" : YamlKind.Of(other))}",
            job.MarkOf(name)),
    };

    private static TaskEntry Entry(object? item, YamlMark? mark, string place) => item switch
    {
        YamlMap { Count: 1 } map when map.GetAt(0).Key is string name => new TaskEntry(name, map.GetAt(0).Value, map.MarkOf(name) ?? mark) { Place = place },
        string name => throw new ConfigurationException($"Invalid task definition: {name}; write '- {name}:' with a colon", mark),
        YamlMap map => throw new ConfigurationException(
            $"Invalid task definition: {{{string.Join(", ", map.Keys)}}}; an entry is one task, '- name: configuration'", mark ?? map.Mark),
        _ => throw new ConfigurationException($"Invalid task definition: {YamlKind.Of(item)}; an entry is one task, '- name: configuration'", mark),
    };
}

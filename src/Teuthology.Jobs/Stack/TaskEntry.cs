using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>One entry of a list of tasks: <c>- name: config</c>.</summary>
/// <param name="Name">The name as the job wrote it.</param>
/// <param name="Config">What stands behind the name.</param>
/// <param name="Mark">Where it stands, if known.</param>
public sealed record TaskEntry(string Name, object? Config, YamlMark? Mark)
{
    /// <summary>Index in its list, <c>[2]</c>, or the name of the top-level section that it is; null for the framework's own tasks.</summary>
    public string? Place { get; init; }

    /// <summary>The section is the list of a group itself: its members stand right below its name.</summary>
    public bool IsBareList { get; init; }
}

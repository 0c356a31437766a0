using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>One entry of a list of tasks: <c>- name: config</c>.</summary>
/// <param name="Name">The name as the job wrote it.</param>
/// <param name="Config">What stands behind the name.</param>
/// <param name="Mark">Where it stands, if known.</param>
public sealed record TaskEntry(string Name, object? Config, YamlMark? Mark);

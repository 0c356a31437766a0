using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>A job with its fragments merged.</summary>
/// <param name="Job">The job.</param>
/// <param name="Config">Its own copy of the merged YAML, free to change; marks name the fragment, line and column that each part came from.</param>
public sealed record MergedJob(SuiteJob Job, YamlMap Config);

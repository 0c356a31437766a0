using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Merges the fragments of jobs as upstream: a base configuration first, then each fragment in order. Reads each file once. Safe for use by several threads.
/// </summary>
/// <param name="suitesDirectory">The directory of suites that the jobs come from.</param>
/// <param name="baseConfig">What every job begins with; null for nothing. Is not changed.</param>
/// <param name="filter">Which jobs to keep; null keeps all.</param>
public sealed class JobMerger(string suitesDirectory, YamlMap? baseConfig = null, SuiteFilter? filter = null)
{
    private const string Own = "teuthology";

    private readonly FragmentCache _fragments = new();

    /// <summary>The merged job; null when a filter drops it.</summary>
    /// <param name="job">A job of the suite.</param>
    /// <exception cref="ConfigurationException">A fragment cannot be read or merged; names the file, line and column. Other jobs are not concerned.</exception>
    public MergedJob? Merge(SuiteJob job)
    {
        if (filter?.Keeps(job) == false)
            return null;
        var directory = SuiteTree.PathOf(suitesDirectory, job.Suite);
        var config = (YamlMap?)YamlCopy.DeepCopy(baseConfig) ?? [];
        DeepMerge.MergeOwned(config, Template());
        foreach (var path in job.Fragments)
            Add(config, path.Length == 0 ? directory : Path.Combine(directory, path));
        return filter?.Keeps(config, baseConfig) == false ? null : new MergedJob(job, config);
    }

    private static YamlMap Template() => new()
    {
        [Own] = new YamlMap { ["fragments_dropped"] = new YamlList(), ["meta"] = new YamlMap(), ["postmerge"] = new YamlList() },
    };

    private void Add(YamlMap config, string path)
    {
        if (_fragments.Read(path) is not { } fragment)
            return;
        DeepMerge.MergeOwned(config, (YamlMap)YamlCopy.DeepCopy(fragment)!);
    }
}

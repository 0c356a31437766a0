using System.Numerics;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Merges the fragments of jobs as upstream: a base configuration first, then each fragment in order, with their Lua scripts. Reads each file once.
/// Safe for use by several threads. (A script that draws <c>math.random</c> gets upstream's numbers when the jobs are merged in order.)
/// </summary>
/// <param name="suitesDirectory">The directory of suites that the jobs come from.</param>
/// <param name="baseConfig">What every job begins with; null for nothing. Is not changed.</param>
/// <param name="filter">Which jobs to keep; null keeps all.</param>
/// <param name="seed">Seed of the scripts' <c>math.random</c>, the same as that of the suite.</param>
public sealed class JobMerger(string suitesDirectory, YamlMap? baseConfig = null, SuiteFilter? filter = null, BigInteger? seed = null)
{
    private const string Own = "teuthology";

    private readonly string _suites = Path.GetFullPath(suitesDirectory);
    private readonly FragmentCache _fragments = new();
    private readonly MergeScripts _scripts = new(baseConfig, filter, seed ?? 1);

    /// <summary>Which jobs are kept.</summary>
    internal SuiteFilter? Filter => filter;

    /// <summary>The merged job; null when a filter or a script drops it.</summary>
    /// <param name="job">A job of the suite.</param>
    /// <exception cref="ConfigurationException">A fragment cannot be read or merged or its script fails; names the file, line and column. Other jobs are not concerned.</exception>
    public MergedJob? Merge(SuiteJob job)
    {
        if (filter?.Keeps(job) == false)
            return null;
        var directory = SuiteTree.PathOf(_suites, job.Suite);
        var paths = job.Fragments.Select(path => path.Length == 0 ? directory : Path.Combine(directory, path)).ToArray();
        var config = (YamlMap?)YamlCopy.DeepCopy(baseConfig) ?? [];
        DeepMerge.MergeInto(config, Template());
        foreach (var path in paths)
            Add(job, paths, config, path);
        return SuiteFilter.Keeps(config, baseConfig) && _scripts.Keeps(job, paths, config) ? new MergedJob(job, config) : null;
    }

    /// <summary>What writes a suite's jobs without making them; null where each must be merged in full.</summary>
    internal LayerWriter? Layers(string suite, ILayerFormat format) => baseConfig is null
        ? new LayerWriter(new LayerReader(_fragments, SuiteTree.PathOf(_suites, suite), format), format, Template())
        : null;

    private static YamlMap Template() => new()
    {
        [Own] = new YamlMap { ["fragments_dropped"] = new YamlList(), ["meta"] = new YamlMap(), ["postmerge"] = new YamlList() },
    };

    private void Add(SuiteJob job, IReadOnlyList<string> paths, YamlMap config, string path)
    {
        if (_fragments.Read(path) is not { } read)
            return;
        var fragment = (YamlMap)YamlCopy.DeepCopy(read)!;
        if (_scripts.Takes(job, paths, config, fragment, path))
            DeepMerge.MergeInto(config, fragment);
        else if (config.Get(Own) is YamlMap own && own.Get("fragments_dropped") is YamlList dropped)
            dropped.Add(path);
    }
}

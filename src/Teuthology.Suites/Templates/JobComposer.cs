using System.Numerics;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Makes jobs as <c>teuthology-suite</c> schedules them: fragments merged onto the template, the run's commits put in wherever a fragment
/// names others, the flavor of the packages found out, the user's own YAML files on top. Safe for use by several threads.
/// </summary>
/// <param name="suitesDirectory">The directory of suites that the jobs come from.</param>
/// <param name="template">What every job has; null for nothing, then fragments and files are merged and that is all.</param>
/// <param name="filter">Which jobs to keep; null keeps all.</param>
/// <param name="seed">Seed of the suite.</param>
public sealed class JobComposer(string suitesDirectory, JobTemplate? template = null, SuiteFilter? filter = null, BigInteger? seed = null)
{
    private readonly YamlMap? _base = template?.BaseConfig();
    private readonly JobMerger _merger = new(suitesDirectory, template?.BaseConfig(), filter ?? new SuiteFilter(), seed);

    /// <summary>The user's files, merged onto every job in this order.</summary>
    public IReadOnlyList<JobOverlay> Overlays { get; init; } = [];

    /// <summary>What the lab adds to every job, below the user's files; null for nothing.</summary>
    public LabOverlay? Lab { get; init; }

    /// <summary>Architecture of the machines; jobs whose <c>exclude_arch</c> it is are left out. Null leaves none out.</summary>
    public string? Arch { get; init; }

    /// <summary>Told in upstream's words of each job that is left out because it excludes an architecture or operating system.</summary>
    public Action<string> Skipped { get; init; } = _ => { };

    /// <summary>The job; null when a filter, a script or what the job excludes leaves it out.</summary>
    /// <param name="job">A job of the suite.</param>
    /// <exception cref="ConfigurationException">A fragment or one of the user's files cannot be merged, or a script fails. Other jobs are not concerned.</exception>
    public MergedJob? Compose(SuiteJob job)
    {
        if (_merger.Merge(job) is not { Config: var config } || Excludes(job, config))
            return null;
        if (_base is not null)
        {
            Update("sha1", config, _base);
            Update("suite_sha1", config, _base);
            // Upstream merges the base in twice here; lists grow, but no list matters for the flavor.
            config["flavor"] = InstallFlavor.Of((YamlMap)DeepMerge.Merge(_base, config)!);
            config = (YamlMap)DeepMerge.MergeInto(new YamlMap { Mark = config.Mark }, config)!;
        }

        Lab?.MergeInto(config);
        foreach (var overlay in Overlays)
            overlay.MergeInto(config);
        if (_base is not null)
            config.Remove("targets");
        return new MergedJob(job, config);
    }

    private static void Update(string key, YamlMap config, YamlMap values)
    {
        foreach (var (name, value) in values)
        {
            if (name is string text && text == key)
                config[name] = value;
            else if (value is YamlMap below && config.TryGetMap(name, out var map))
                Update(key, map, below);
        }
    }

    private bool Excludes(SuiteJob job, YamlMap config)
    {
        if (config.Get("exclude_arch") is { } arch && PythonObject.IsTrue(arch) && arch.Equals(Arch))
        {
            Skipped($"Skipping due to excluded_arch: {PythonText.Str(arch)} facets {job.Description}");
            return true;
        }

        var has = PythonObject.IsTrue(config.Get("os_type")) ? config.Get("os_type") : _base?.Get("os_type");
        if (config.Get("exclude_os_type") is { } os && PythonObject.IsTrue(os) && PythonObject.AreEqual(os, has))
        {
            Skipped($"Skipping due to excluded_os_type: {PythonText.Str(os)} facets {job.Description}");
            return true;
        }

        return false;
    }
}

using System.Numerics;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// The jobs of a suite directory, wherever it is, as upstream's teuthology-describe has them: named after the directory alone, those left out that a
/// filter or a Lua script drops. Only jobs with a fragment that has a script are merged.
/// </summary>
public sealed class DescribedSuite
{
    private const string Suites = "/suites/";

    private readonly SuiteMatrix _matrix;
    private readonly SuiteFilter _filter;
    private readonly string _prefix;
    private readonly Lazy<HashSet<string>> _special;
    private readonly JobMerger _merger;

    /// <summary>The jobs of a directory.</summary>
    /// <param name="directory">Full path of the suite, a part of one or a single fragment.</param>
    /// <param name="options">Subset, seed and the like.</param>
    /// <param name="filter">Keywords.</param>
    /// <exception cref="ConfigurationException">The directory does not exist, is empty or breaks a rule.</exception>
    public DescribedSuite(string directory, SuiteOptions options, SuiteFilter filter)
    {
        Directory = directory;
        _filter = filter;
        Name = Path.GetFileName(directory);
        if (!Path.Exists(directory))
            throw new ConfigurationException($"there is no suite {directory}");
        // Filters and scripts see fragments' paths from behind the first "/suites/", full ones where there is none.
        var at = directory.IndexOf(Suites, StringComparison.Ordinal);
        var start = at > 0 ? at + Suites.Length : 0;
        _prefix = directory[start..];
        var suites = start > 0 ? directory[..(start - 1)] : "/";
        _matrix = new SuiteTree(suites).Build(_prefix, options, filter);
        _merger = new JobMerger(suites, filter: filter, seed: options.Seed);
        _special = new Lazy<HashSet<string>>(() => [.. FragmentFiles.Below(directory).Where(path => NeedsMerge(FullPath(path)))]);
    }

    /// <summary>Full path of the suite.</summary>
    public string Directory { get; }

    /// <summary>Name of the directory.</summary>
    public string Name { get; }

    /// <summary>How many jobs there are before anything is left out.</summary>
    public BigInteger Total => _matrix.Count;

    /// <summary>The jobs that are kept, in order, made one at a time.</summary>
    /// <exception cref="ConfigurationException">A fragment cannot be read or merged, a script fails, or the suite cannot give a job.</exception>
    public IEnumerable<SuiteJob> Jobs() => _matrix.Jobs()
        .Select(job => job with { Description = Name + job.Description[_prefix.Length..] })
        .Where(Keeps);

    /// <summary>How many jobs are kept, at most <paramref name="limit"/>; looks at each job only where a filter or script may leave one out.</summary>
    /// <param name="limit">0 for no limit; less than that counts none, as upstream.</param>
    /// <exception cref="ConfigurationException">As <see cref="Jobs"/>.</exception>
    public BigInteger Count(long limit)
    {
        if (limit < 0)
            return 0;
        if (limit == 0 && KeepsAll)
            return Total;
        return (limit == 0 ? Jobs() : Jobs().Take((int)Math.Min(limit, int.MaxValue))).LongCount();
    }

    /// <summary>Full path of a job's fragment.</summary>
    /// <param name="fragment">As in <see cref="SuiteJob.Fragments"/>.</param>
    public string FullPath(string fragment) => fragment.Length == 0 ? Directory : $"{Directory}/{fragment}";

    /// <summary>A fragment's path from behind the first <c>/suites/</c> of its full path; the full path where there is none.</summary>
    /// <param name="fragment">As in <see cref="SuiteJob.Fragments"/>.</param>
    public string ShortPath(string fragment) => fragment.Length == 0 ? _prefix : $"{_prefix}/{fragment}";

    private bool KeepsAll => _filter is { Filter.Count: 0, FilterOut.Count: 0, FilterAll.Count: 0 } && _special.Value.Count == 0;

    private bool Keeps(SuiteJob job)
    {
        if (!_filter.Keeps(job))
            return false;
        var special = _special.Value;
        return special.Count == 0 || !job.Fragments.Any(special.Contains) || _merger.Merge(job) is not null;
    }

    /// <summary>True also for a fragment that cannot be read: merging it tells why, should a job have it.</summary>
    private static bool NeedsMerge(string path)
    {
        try
        {
            return FragmentFile.Load(path) switch
            {
                null => false,
                YamlMap map => map.ContainsKey("teuthology"),
                _ => true,
            };
        }
        catch (ConfigurationException)
        {
            return true;
        }
    }
}

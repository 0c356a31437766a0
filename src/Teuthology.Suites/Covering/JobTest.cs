using Teuthology.Files;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Tells which jobs filters and scripts let through. Merges only jobs that have a script.</summary>
/// <param name="filter">Keywords; null for none.</param>
/// <param name="merger">Merges jobs.</param>
/// <param name="directory">Directory of the suite.</param>
/// <param name="fragments">All its fragments.</param>
internal sealed class JobTest(SuiteFilter? filter, JobMerger merger, string directory, IEnumerable<string> fragments)
{
    private readonly HashSet<string> _scripted = [.. fragments.Where(f => HasScript(f.Length == 0 ? directory : Path.Combine(directory, f)))];

    /// <summary>True when keywords choose among the jobs.</summary>
    public bool HasFilter => filter is not null && (filter.Filter.Count > 0 || filter.FilterOut.Count > 0 || filter.FilterAll.Count > 0);

    /// <summary>True when not every job is sure to be let through.</summary>
    public bool IsNeeded => HasFilter || _scripted.Count > 0;

    /// <summary>True when the keywords keep the job.</summary>
    public bool Keeps(SuiteJob job) => filter?.Keeps(job) != false;

    /// <summary>The fragments that scripts drop from the job; null when the job as a whole is ruled out. A job that cannot be merged is let through: its error shows when it is run.</summary>
    public IReadOnlyCollection<string>? Dropped(SuiteJob job)
    {
        if (!Keeps(job))
            return null;
        if (!job.Fragments.Any(_scripted.Contains))
            return [];
        try
        {
            if (merger.Merge(job) is not { } merged)
                return null;
            return merged.Config.TryGetMap("teuthology", out var own) && own.Get("fragments_dropped") is YamlList { Count: > 0 } dropped
                ? [.. dropped.OfType<string>().Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/'))]
                : [];
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }

    private static bool HasScript(string path)
    {
        try
        {
            var text = PlainFile.Read(path).AsSpan();
            return text.IndexOf("premerge"u8) >= 0 || text.IndexOf("postmerge"u8) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

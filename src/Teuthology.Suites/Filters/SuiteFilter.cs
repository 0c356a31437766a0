using System.Globalization;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// Which jobs of a suite to keep, as <c>teuthology-suite --filter</c> and its kin: a keyword is a part of the description, spelt exactly;
/// with <see cref="FilterFragments"/> also a Lua pattern that a fragment's path (<c>rados/verify/ceph.yaml</c>) matches.
/// </summary>
public sealed partial record SuiteFilter
{
    /// <summary>One of these must match; empty keeps all.</summary>
    public IReadOnlyList<string> Filter { get; init; } = [];

    /// <summary>None of these may match.</summary>
    public IReadOnlyList<string> FilterOut { get; init; } = [];

    /// <summary>Each of these must match.</summary>
    public IReadOnlyList<string> FilterAll { get; init; } = [];

    /// <summary>True looks for keywords in the paths of fragments too.</summary>
    public bool FilterFragments { get; init; }

    /// <summary>True when there are no keywords.</summary>
    internal bool KeepsAll => Filter.Count == 0 && FilterOut.Count == 0 && FilterAll.Count == 0;

    /// <summary>True when the keywords keep <paramref name="job"/>; reads no YAML.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="ConfigurationException">A keyword is no Lua pattern and <see cref="FilterFragments"/> is on.</exception>
    public bool Keeps(SuiteJob job) =>
        FilterAll.All(f => Matches(job, f))
        && (Filter.Count == 0 || Filter.Any(f => Matches(job, f)))
        && !FilterOut.Any(f => Matches(job, f));

    /// <summary>False when the job's <c>os_type</c> or <c>os_version</c> differs from the one that the base configuration asks for.</summary>
    /// <param name="config">The merged job.</param>
    /// <param name="baseConfig">The base configuration.</param>
    internal static bool Keeps(YamlMap config, YamlMap? baseConfig) =>
        Same(config, baseConfig, "os_type", LuaText) && Same(config, baseConfig, "os_version", v => Stream().Replace(LuaText(v), ""));

    private static bool Same(YamlMap config, YamlMap? baseConfig, string key, Func<object, string> text)
    {
        var wanted = baseConfig?.Get(key);
        var has = config.Get(key);
        return wanted is null or false or "" || has is null or false || text(wanted) == text(has);
    }

    private static string LuaText(object value) => value is double number
        ? number.ToString("0.0#############", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private bool Matches(SuiteJob job, string keyword) =>
        job.Description.Contains(keyword, StringComparison.Ordinal)
        || (FilterFragments && job.Fragments.Any(path => LuaPattern.IsMatch(PathOf(job, path), keyword)));

    internal static string PathOf(SuiteJob job, string path) =>
        path.Length == 0 ? job.Suite.Replace(':', '/') : $"{job.Suite.Replace(':', '/')}/{path}";

    // Upstream's pattern: its point stands for any character.
    [GeneratedRegex(@"[\s\S]stream")]
    private static partial Regex Stream();
}

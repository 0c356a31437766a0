using System.Text.RegularExpressions;
using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>What a job can be chosen by; all of it comes from names, no YAML is read.</summary>
internal static partial class JobTraits
{
    /// <summary>Name of the suite.</summary>
    public const string Suite = "Suite";

    /// <summary>Directories between the suite and its matrix, <c>basic</c> or <c>basic/deep</c>, and each directory above.</summary>
    public const string SubSuite = "SubSuite";

    /// <summary>The whole description.</summary>
    public const string Job = "Job";

    /// <summary>Each fragment's path below the suite, without <c>.yaml</c>.</summary>
    public const string Fragment = "Fragment";

    /// <summary>The operating system that a fragment is named for: <c>ubuntu</c> and <c>ubuntu_22.04</c>.</summary>
    public const string Os = "Os";

    /// <summary>The traits of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="shows">Which to take, by name.</param>
    public static Dictionary<string, List<string>> Of(SuiteJob job, Func<string, bool> shows)
    {
        var traits = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in (ReadOnlySpan<string>)[Suite, SubSuite, Job, Fragment, Os])
        {
            if (shows(name) && Values(job, name) is { Count: > 0 } values)
                traits[name] = values;
        }

        return traits;
    }

    /// <summary>The values of one trait, null when <paramref name="name"/> is none of ours.</summary>
    /// <param name="job">The job.</param>
    /// <param name="name">Name of the trait in any case.</param>
    public static List<string>? Values(SuiteJob job, string name) => name.ToUpperInvariant() switch
    {
        "SUITE" => [job.Suite],
        "SUBSUITE" => SubSuites(job),
        "JOB" => [job.Description],
        "FRAGMENT" => [.. job.Fragments.Select(WithoutExtension)],
        "OS" => [.. job.Fragments.SelectMany(OperatingSystems).Distinct(StringComparer.Ordinal)],
        _ => null,
    };

    private static List<string> SubSuites(SuiteJob job)
    {
        var path = job.Description.AsSpan(Math.Min(job.Suite.Length + 1, job.Description.Length));
        var brace = path.IndexOf('{');
        path = brace >= 0 ? path[..brace] : path;
        var found = new List<string>();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '/')
                found.Add(path[..i].ToString());
        }

        return found;
    }

    private static IEnumerable<string> OperatingSystems(string fragment)
    {
        var leaf = WithoutExtension(fragment[(fragment.LastIndexOf('/') + 1)..]);
        if (OsName().Match(leaf) is { Success: true } match)
        {
            yield return match.Groups[1].Value;
            if (leaf != match.Groups[1].Value)
                yield return leaf;
        }
    }

    private static string WithoutExtension(string fragment) => fragment.EndsWith(".yaml", StringComparison.Ordinal) ? fragment[..^5] : fragment;

    [GeneratedRegex("^(ubuntu|debian|centos|rhel|fedora|rocky|alma|opensuse|sles?)(?:[_-]?(?:[0-9].*|latest|stream.*|leap.*|tumbleweed))?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OsName();
}

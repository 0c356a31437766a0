using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>Lists what a test run offers: the jobs of each suite, or the trouble with it. A suite in trouble does not hinder the others.</summary>
/// <param name="settings">Where the suites are and which part of them is wanted.</param>
/// <param name="filter">The command line's filter, null for all.</param>
/// <param name="fullName"><c>Class.Method</c> of the test method, which every case shares.</param>
internal sealed class SuiteListing(SuiteSettings settings, CaseFilter? filter, string fullName)
{
    /// <summary>The entries, lazily, in the order of the suites' names and of their jobs.</summary>
    /// <param name="only">The one suite wanted, or null for all.</param>
    public IEnumerable<SuiteEntry> List(string? only)
    {
        if (!Directory.Exists(settings.SuitesDirectory))
            return [new TroubleEntry(only ?? "suites", "suites: no such directory", $"There is no suites directory {settings.SuitesDirectory}: name one by the MSBuild property TeuthologySuites or the environment variable TEUTHOLOGY_SUITES.")];
        var tree = new SuiteTree(settings.SuitesDirectory);
        return (only is null ? tree.SuiteNames : [only])
            .Where(suite => !suite.StartsWith('.') && MayHoldWanted(suite))
            .SelectMany(suite => Of(tree, suite));
    }

    private bool MayHoldWanted(string suite) => filter is null || filter.MayMatch(name => Shared(name) ?? (Is(name, JobTraits.Suite) ? [suite] : null));

    private bool IsWanted(SuiteJob job) => filter is null
        || filter.MayMatch(name => Shared(name) ?? (Is(name, "DisplayName") ? [job.Description] : JobTraits.Values(job, name)));

    private List<string>? Shared(string name) => Is(name, "FullyQualifiedName") ? [fullName] : null;

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<SuiteEntry> Of(SuiteTree tree, string suite)
    {
        SuiteMatrix matrix;
        try
        {
            matrix = tree.Build(suite, Options());
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return [Broken(suite, e)];
        }

        return matrix.Count > settings.JobLimit && !NamesMoreThanSuite() ? [TooMany(suite, $"{matrix.Count:N0}")] : Jobs(suite, matrix);
    }

    private List<SuiteEntry> Jobs(string suite, SuiteMatrix matrix)
    {
        var found = new List<SuiteEntry>();
        try
        {
            foreach (var job in matrix.Jobs())
            {
                if (!IsWanted(job))
                    continue;
                if (found.Count == settings.JobLimit)
                    return [TooMany(suite, $"more than {settings.JobLimit:N0}")];
                found.Add(new JobEntry(job));
            }
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return [Broken(suite, e)];
        }

        return found;
    }

    private bool NamesMoreThanSuite() => filter is not null && filter.Asked.Any(c => !Is(c.Property, JobTraits.Suite) && Shared(c.Property) is null);

    private SuiteOptions Options() => new() { Subset = settings.Subset, Seed = settings.Seed };

    private static bool IsTrouble(Exception e) => e is TeuthologyException or IOException or UnauthorizedAccessException;

    private static TroubleEntry Broken(string suite, Exception e) => new(suite, $"{suite}: cannot be expanded", e.Message);

    private TroubleEntry TooMany(string suite, string count) => new(
        suite,
        $"{suite}: {count} jobs are too many to list, choose a subset",
        $"Suite {suite} has {count} jobs that match; at most {settings.JobLimit:N0} are shown. Choose a part of it: TEUTHOLOGY_SUBSET=i/n takes the i-th of n subsets "
        + $"that together cover every fragment, TEUTHOLOGY_SUBSET=pairwise few jobs with every pair of fragments, --filter \"Suite={suite}&Fragment~…\" names fragments; TEUTHOLOGY_JOB_LIMIT raises the limit.");
}

using System.Numerics;
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
            matrix = tree.Build(suite, Options(settings.Subset));
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return [Broken(suite, e)];
        }

        return Within(tree, suite, matrix);
    }

    private IReadOnlyList<SuiteEntry> Within(SuiteTree tree, string suite, SuiteMatrix matrix)
    {
        try
        {
            var (jobs, count) = Take(matrix);
            if (count <= settings.MostJobs)
                return [.. jobs.Select(job => new JobEntry(job))];
            return settings.Subset is null && Piece(tree, suite, count) is { } piece ? piece : [TooMany(suite, count)];
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return [Broken(suite, e)];
        }
    }

    // As schedulers do: a piece that has every fragment in it, small enough to be run. Larger numbers give smaller pieces until each has no more than its fragments need.
    private IReadOnlyList<SuiteEntry>? Piece(SuiteTree tree, string suite, BigInteger all)
    {
        var pieces = Share(all);
        for (BigInteger before = all; pieces <= int.MaxValue; pieces *= BigInteger.Max(2, Share(before)))
        {
            var (jobs, count) = Take(tree.Build(suite, Options(new SuiteSubset(0, (long)pieces))));
            if (count.IsZero || (count > settings.MostJobs && count >= before && pieces > all))
                return null;
            if (count <= settings.MostJobs)
                return [PieceOf(suite, (long)pieces, count, all), .. jobs.Select(job => new JobEntry(job))];
            before = count;
        }

        return null;
    }

    private BigInteger Share(BigInteger count) => (count + settings.MostJobs - 1) / settings.MostJobs;

    // Matching jobs up to the limit, and how many there are.
    private (List<SuiteJob> Jobs, BigInteger Count) Take(SuiteMatrix matrix)
    {
        if (!NamesMoreThanSuite() && matrix.Count > Math.Max(settings.MostJobs, SuiteSettings.DefaultJobLimit))
            return ([], matrix.Count);
        var (jobs, count) = (new List<SuiteJob>(), 0L);
        foreach (var job in Once(matrix).Where(IsWanted))
        {
            if (++count <= settings.MostJobs)
                jobs.Add(job);
        }

        return (jobs, count);
    }

    // A piece that needs more jobs than its share to have every fragment goes through a suite's smaller parts several times.
    private static IEnumerable<SuiteJob> Once(SuiteMatrix matrix) => matrix.Count <= SuiteSettings.DefaultJobLimit ? matrix.Jobs().DistinctBy(job => job.Description, StringComparer.Ordinal) : matrix.Jobs();

    private bool NamesMoreThanSuite() => filter is not null && filter.Asked.Any(c => !Is(c.Property, JobTraits.Suite) && Shared(c.Property) is null);

    private SuiteOptions Options(SuiteSubset? subset) => new() { Subset = subset, Seed = settings.Seed };

    private static bool IsTrouble(Exception e) => e is TeuthologyException or IOException or UnauthorizedAccessException;

    private static TroubleEntry Broken(string suite, Exception e) => new(suite, $"{suite}: cannot be expanded", e.Message);

    private PieceEntry PieceOf(string suite, long pieces, BigInteger count, BigInteger all) => new(
        suite,
        $"{suite}: piece 0/{pieces}, {count:N0} of {all:N0} jobs",
        $"Suite {suite} has {all:N0} jobs that match. Of more than {settings.MostJobs:N0} one piece is taken in which every fragment is: subset 0/{pieces}, {count:N0} jobs. "
        + $"Another piece: TEUTHOLOGY_SUBSET=1/{pieces} (up to {pieces - 1}/{pieces}); every pair of fragments: TEUTHOLOGY_SUBSET=pairwise; fewer jobs: --filter \"Suite={suite}&Fragment~…\"; more: TEUTHOLOGY_JOB_LIMIT.");

    private TroubleEntry TooMany(string suite, BigInteger count) => new(
        suite,
        $"{suite}: {count:N0} jobs are too many to list, choose a subset",
        $"Suite {suite} has {count:N0} jobs that match; at most {settings.MostJobs:N0} are shown. Choose a part of it: TEUTHOLOGY_SUBSET=i/n takes the i-th of n subsets "
        + $"that together cover every fragment, TEUTHOLOGY_SUBSET=pairwise few jobs with every pair of fragments, --filter \"Suite={suite}&Fragment~…\" names fragments; TEUTHOLOGY_JOB_LIMIT raises the limit.");
}

using System.Globalization;

namespace Teuthology.Suites.Conformance;

/// <summary>
/// How many jobs each part of Ceph's tree of March 2021 has, and how many of them in a row hold every fragment, by a count from the fragments alone that lists no job.
/// A part that upstream itself cannot expand is counted there with the number in its <c>%</c> left out.
/// </summary>
internal static class Frequencies
{
    private const string Tree = "ceph-2021-03-master";

    /// <summary>Where the counts are, beside the other answers.</summary>
    public const string Name = "../reference/ceph-task-frequency.json";

    public static void Compare(ConformanceData data, Tally tally)
    {
        var suites = new SuiteTree(data.SuitesOf(Tree));
        foreach (var part in ConformanceData.Json(data.PathOf(Name)).GetProperty("subsuites").EnumerateObject())
        {
            tally.Record();
            var matrix = Build(suites, part.Name);
            tally.Check($"{part.Name}: jobs", part.Value.GetProperty("raw_jobs").GetInt64().ToString(CultureInfo.InvariantCulture), matrix.Count.ToString(CultureInfo.InvariantCulture));
            tally.Check($"{part.Name}: jobs with every fragment", part.Value.GetProperty("scheduled_jobs").GetInt64().ToString(CultureInfo.InvariantCulture), ((System.Numerics.BigInteger)matrix.ScanLength).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static SuiteMatrix Build(SuiteTree suites, string part)
    {
        try
        {
            return suites.Build(part, new SuiteOptions { Seed = 1 });
        }
        catch (ConfigurationException)
        {
            return suites.Build(part, new SuiteOptions { NoNestedSubset = true });
        }
    }
}

using System.Globalization;
using System.Numerics;

namespace Teuthology.Suites.Conformance;

/// <summary>How many jobs each suite of each tree has, by the table of counts.</summary>
internal static class Counts
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        string[]? trees = null;
        foreach (var line in File.ReadLines(data.PathOf("counts.md")))
        {
            var cells = line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries);
            if (!line.StartsWith('|'))
                trees = null;
            else if (cells[0] == "suite")
                trees = cells[1..];
            else if (trees is not null && !cells[0].StartsWith('-') && !cells[0].StartsWith("TOTAL", StringComparison.Ordinal))
                Compare(data, tally, cells, trees);
        }
    }

    private static void Compare(ConformanceData data, Tally tally, string[] cells, string[] trees)
    {
        foreach (var (tree, count) in trees.Zip(cells[1..]))
        {
            if (count is "-" or "")
                continue;
            tally.Record();
            if (!data.HasTree(tree))
                tally.Skip("its tree is not among the data");
            else
                tally.Check($"{tree} {cells[0]}", count.All(char.IsAsciiDigit) ? count : "an error", Count(data.SuitesOf(tree), cells[0]));
        }
    }

    private static string Count(string suites, string suite)
    {
        try
        {
            var name = suite.Split(' ')[0];
            var options = new SuiteOptions { Seed = 1, NoNestedSubset = suite.EndsWith("[no_nested_subset]", StringComparison.Ordinal) };
            var count = new SuiteTree(suites).Build(name, options).Count;
            return count.ToString(CultureInfo.InvariantCulture);
        }
        catch (ConfigurationException)
        {
            return "an error";
        }
    }
}

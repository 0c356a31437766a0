using System.Globalization;
using System.Numerics;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What a pairwise subset covers, in words.</summary>
internal sealed class CoveringText(TextWriter writer)
{
    private const int Shown = 5;

    /// <summary>Two lines, and some for combinations that no job has.</summary>
    public void Write(CoveringReport report)
    {
        var what = Tuples(report.Strength);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"pairwise: {report.Size:N0} of {report.FullSize:N0} jobs ({Share(report.Size, report.FullSize)}) have {report.Covered:N0} of {report.Demanded:N0} {what} of fragments together"));
        if (report.LeftOut > 0)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {report.LeftOut:N0} {what} more are in no job that the filters and numbers in % leave"));
        List(report.Rejected, $"{what} are in no job, since scripts reject or drop them");
        List(report.Unresolved, $"{what} are not covered: scripts rejected each job that was tried, but not all were tried");
    }

    /// <summary>The report as one JSON object.</summary>
    public static string Json(string suite, CoveringReport report) => CanonicalJson.Write(new YamlMap
    {
        ["suite"] = suite,
        ["strength"] = (long)report.Strength,
        ["jobs"] = (long)report.Size,
        ["jobs_in_full"] = report.FullSize <= long.MaxValue ? (long)report.FullSize : report.FullSize,
        ["demanded"] = report.Demanded,
        ["covered"] = report.Covered,
        ["left_out_by_filters"] = report.LeftOut,
        ["rejected"] = Tuples(report.Rejected),
        ["unresolved"] = Tuples(report.Unresolved),
    });

    /// <summary>What t values together are called.</summary>
    public static string Tuples(int strength) => strength switch
    {
        1 => "values",
        2 => "pairs",
        3 => "triples",
        _ => string.Create(CultureInfo.InvariantCulture, $"combinations of {strength}"),
    };

    private static YamlList Tuples(IEnumerable<IReadOnlyList<string>> tuples) => new(tuples.Select(t => new YamlList(t)));

    private static string Share(int size, BigInteger full) =>
        full.IsZero ? "0%" : ((double)size / (double)full).ToString(size * 1000 < full ? "0.####%" : "0.#%", CultureInfo.InvariantCulture);

    private void List(IReadOnlyList<IReadOnlyList<string>> tuples, string what)
    {
        if (tuples.Count == 0)
            return;
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {tuples.Count:N0} {what}{(tuples.Count > Shown ? $", the first {Shown}" : "")}:"));
        foreach (var tuple in tuples.Take(Shown))
            writer.WriteLine("    " + string.Join(" with ", tuple));
    }
}

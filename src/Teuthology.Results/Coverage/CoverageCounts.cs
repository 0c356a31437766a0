using System.Globalization;

namespace Teuthology.Results;

/// <summary>How much of a program ran.</summary>
/// <param name="Lines">Lines that can run.</param>
/// <param name="LinesHit">Lines that did.</param>
/// <param name="Functions">Functions.</param>
/// <param name="FunctionsHit">Functions that were called.</param>
/// <param name="Branches">Branches.</param>
/// <param name="BranchesHit">Branches taken.</param>
public sealed record CoverageCounts(long Lines, long LinesHit, long Functions, long FunctionsHit, long Branches, long BranchesHit)
{
    /// <summary>
    /// Counts the records DA, FNDA and BRDA (geninfo(1)) of a tracefile. Its summary records will not do: a file has a section, and so a
    /// summary, for each test that ran it.
    /// </summary>
    /// <param name="tracefile">Path of the tracefile.</param>
    public static CoverageCounts Read(string tracefile)
    {
        var (lines, functions, branches) = (new Tally(), new Tally(), new Tally());
        var source = "";
        foreach (var record in File.ReadLines(tracefile))
        {
            var colon = record.IndexOf(':');
            var value = record[(colon + 1)..];
            switch (colon < 0 ? "" : record[..colon])
            {
                case "SF":
                    source = value;
                    break;
                case "DA" when value.Split(',') is [var line, var count, ..]:
                    lines.Add((source, line), count);
                    break;
                case "FNDA" when value.IndexOf(',') is var comma and > 0:
                    functions.Add((source, value[(comma + 1)..]), value[..comma]);
                    break;
                case "BRDA" when value.LastIndexOf(',') is var comma and > 0:
                    branches.Add((source, value[..comma]), value[(comma + 1)..]);
                    break;
            }
        }

        return new CoverageCounts(lines.Count, lines.Hit, functions.Count, functions.Hit, branches.Count, branches.Hit);
    }

    /// <summary>Percent, 0 of nothing.</summary>
    /// <param name="hit">Part.</param>
    /// <param name="of">Whole.</param>
    public static double Percent(long hit, long of) => of == 0 ? 0 : Math.Round(100.0 * hit / of, 1);

    private sealed class Tally
    {
        private readonly Dictionary<(string Source, string What), bool> _hit = [];

        public long Count => _hit.Count;

        public long Hit => _hit.Values.Count(hit => hit);

        // A branch that was never reached has - for its count.
        public void Add((string Source, string What) key, string count) =>
            _hit[key] = _hit.GetValueOrDefault(key) || (long.TryParse(count, CultureInfo.InvariantCulture, out var number) && number > 0);
    }
}

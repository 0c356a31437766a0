namespace Teuthology.Suites;

/// <summary>Covering arrays: few rows in which every t values of different columns are together at least once.</summary>
public static class CoveringArray
{
    private const int Restarts = 4;

    /// <summary>A covering array of columns that can be combined freely.</summary>
    /// <param name="levels">How many values each column has, 1 or more.</param>
    /// <param name="strength">t, from 1.</param>
    /// <param name="seed">The same seed gives the same rows.</param>
    /// <returns>Rows with a number from 0 for each column.</returns>
    /// <exception cref="ConfigurationException">There are more combinations of t values than memory is taken for.</exception>
    public static IReadOnlyList<int[]> Make(IReadOnlyList<int> levels, int strength = 2, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(strength, 1);
        foreach (var level in levels)
            ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        var problem = CoveringProblem.Flat(levels);
        var rows = Cover(problem, problem.Tuples(strength, default), new SplitMix(seed), ReduceWork, default);
        return [.. rows.Select(r => r.Values.Select((v, f) => v - problem.Factors[f].First).ToArray())];
    }

    /// <summary>How many pairs may be looked up to make one array smaller: about a second.</summary>
    internal const long ReduceWork = 300_000_000;

    /// <summary>Rows that cover <paramref name="demanded"/> where every combination is a job.</summary>
    internal static List<CoveringRow> Cover(CoveringProblem problem, TupleSet demanded, SplitMix random, long work, CancellationToken cancellationToken)
    {
        List<CoveringRow>? best = null;
        var widest = problem.Factors.Select(f => (long)f.Count).OrderDescending().Take(demanded.Strength).Aggregate(1L, (a, b) => a * b);
        for (var i = 0; i < Restarts; i++)
        {
            var search = new CoveringSearch(problem, demanded, null, random);
            search.Run(null, cancellationToken);
            if (best is null || search.Rows.Count < best.Count)
                best = search.Rows;
            if ((problem.IsFlat && best.Count == widest) || demanded.Count * best.Count > 20_000_000)
                break;
        }

        if (!problem.IsFlat || demanded.Strength != 2 || problem.Factors.Length < 2 || best!.Count == widest)
            return best!;
        var rows = best.ConvertAll(r => r.Values);
        if (KnownArrays.Find(problem) is { } known && known.Count < rows.Count)
            rows = known;
        if (problem.ValueCount <= 2000 && !problem.Factors.All(f => f.Count == 2))
            rows = new PairReducer(problem, random, work).Reduce(rows);
        return rows.ConvertAll(r => new CoveringRow(r, r));
    }
}

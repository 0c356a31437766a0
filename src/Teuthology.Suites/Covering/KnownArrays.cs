namespace Teuthology.Suites;

/// <summary>Covering arrays of strength 2 that can be written down at once.</summary>
internal static class KnownArrays
{
    /// <summary>The smallest array of these constructions for a flat problem; null when none fits.</summary>
    public static List<int[]>? Find(CoveringProblem problem)
    {
        var most = problem.Factors.Max(f => f.Count);
        return most == 2 ? Binary(problem) : Orthogonal(problem, most);
    }

    /// <summary>
    /// Kleitman and Spencer, Katona (1973): columns are different sets of more than half of all rows but the first.
    /// No set is in another, and two always meet. No binary array is smaller.
    /// </summary>
    private static List<int[]> Binary(CoveringProblem problem)
    {
        var rows = 3;
        while (Sets(rows).Take(problem.Factors.Length).Count() < problem.Factors.Length)
            rows++;
        var columns = Sets(rows).Take(problem.Factors.Length).ToList();
        return [.. Enumerable.Range(-1, rows + 1).Select(r => columns.Select((set, c) => problem.Factors[c].First + (r >= 0 ? (int)(set >> r) & (problem.Factors[c].Count - 1) : 0)).ToArray())];
    }

    private static IEnumerable<uint> Sets(int of)
    {
        for (uint set = 0; set < 1U << of; set++)
            if (System.Numerics.BitOperations.PopCount(set) == (of / 2) + 1)
                yield return set;
    }

    /// <summary>Bose: with q prime, the rows (x, y) and columns x and cx + y modulo q have every pair once.</summary>
    private static List<int[]>? Orthogonal(CoveringProblem problem, int most)
    {
        var q = most;
        while (Enumerable.Range(2, (int)Math.Sqrt(q) - 1).Any(d => q % d == 0))
            q++;
        if (problem.Factors.Length > q + 1 || q > 100)
            return null;
        var rows = new List<int[]>();
        for (var x = 0; x < q; x++)
            for (var y = 0; y < q; y++)
                rows.Add([.. problem.Factors.Select((f, c) => f.First + ((c == q ? x : ((c * x) + y) % q) % f.Count))]);
        return rows;
    }
}

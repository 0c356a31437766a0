namespace Teuthology.Suites;

/// <summary>
/// Makes covering arrays of strength 2 without constraints smaller: leaves a row out and mends the rest by Nurmela's tabu search
/// ("Upper bounds for covering arrays by tabu search", 2004), again and again until the work allowed is used up.
/// </summary>
internal sealed class PairReducer
{
    private readonly CoveringProblem _problem;
    private readonly int _factors;
    private readonly int _values;
    private readonly SplitMix _random;
    private readonly int[] _covered;
    private readonly int[] _placeOf;
    private readonly List<int> _open = [];
    private int[][] _rows = [];
    private long _work;

    /// <summary>A reducer for a flat problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="work">How many pairs may be looked up.</param>
    public PairReducer(CoveringProblem problem, SplitMix random, long work)
    {
        _problem = problem;
        _factors = problem.Factors.Length;
        _values = problem.ValueCount;
        _random = random;
        _work = work;
        _covered = new int[_values * _values];
        _placeOf = new int[_values * _values];
    }

    /// <summary>A covering array with at most as many rows as <paramref name="rows"/>.</summary>
    /// <param name="rows">A covering array.</param>
    public List<int[]> Reduce(List<int[]> rows)
    {
        var counts = _problem.Factors.Select(f => f.Count).OrderDescending().ToList();
        var least = counts[0] * counts[1];
        var best = rows;
        while (best.Count > least && _work > 0)
        {
            Load(best);
            LeaveOut(LeastNeeded());
            if (!Mend())
                break;
            best = [.. _rows.Select(r => (int[])r.Clone())];
        }

        return best;
    }

    private int Pair(int a, int b) => a < b ? (a * _values) + b : (b * _values) + a;

    private void Load(List<int[]> rows)
    {
        _rows = [.. rows.Select(r => (int[])r.Clone())];
        Array.Clear(_covered);
        Array.Fill(_placeOf, -1);
        _open.Clear();
        foreach (var row in _rows)
            for (var b = 1; b < _factors; b++)
                for (var a = 0; a < b; a++)
                    Add(row[a], row[b]);
    }

    private int LeastNeeded()
    {
        var (best, least) = (0, int.MaxValue);
        for (var r = 0; r < _rows.Length; r++)
        {
            var only = 0;
            for (var b = 1; b < _factors; b++)
                for (var a = 0; a < b; a++)
                    if (_covered[Pair(_rows[r][a], _rows[r][b])] == 1)
                        only++;
            if (only < least)
                (best, least) = (r, only);
        }

        return best;
    }

    private void LeaveOut(int row)
    {
        for (var b = 1; b < _factors; b++)
            for (var a = 0; a < b; a++)
                Remove(_rows[row][a], _rows[row][b]);
        _rows = [.. _rows[..row], .. _rows[(row + 1)..]];
    }

    private bool Mend()
    {
        var tabu = new long[_rows.Length * _factors];
        var fewest = _open.Count;
        for (long step = 1; _open.Count > 0; step++)
        {
            if (_work <= 0)
                return false;
            var pair = _open[_random.Below(_open.Count)];
            var (a, b) = (pair / _values, pair % _values);
            var (row, factor, value) = BestMove(a, b, step, tabu, fewest);
            if (row >= 0)
                Move(row, factor, value);
            else
            {
                row = _random.Below(_rows.Length);
                Move(row, _problem.FactorOf(a), a);
                factor = _problem.FactorOf(b);
                Move(row, factor, b);
            }

            tabu[(row * _factors) + factor] = step + 1 + _random.Below(10);
            fewest = Math.Min(fewest, _open.Count);
        }

        return true;
    }

    /// <summary>The change of one value that covers the pair and costs least; row -1 when there is none that is allowed.</summary>
    private (int Row, int Factor, int Value) BestMove(int a, int b, long step, long[] tabu, int fewest)
    {
        var (factorOfA, factorOfB) = (_problem.FactorOf(a), _problem.FactorOf(b));
        var (best, least, equals) = ((-1, 0, 0), int.MaxValue, 0);
        for (var r = 0; r < _rows.Length; r++)
        {
            var (hasA, hasB) = (_rows[r][factorOfA] == a, _rows[r][factorOfB] == b);
            if (hasA == hasB)
                continue;
            var (factor, value) = hasA ? (factorOfB, b) : (factorOfA, a);
            var cost = Cost(_rows[r], factor, value);
            if (tabu[(r * _factors) + factor] > step && _open.Count + cost >= fewest)
                continue;
            if (cost < least)
                (best, least, equals) = ((r, factor, value), cost, 1);
            else if (cost == least && _random.Below(++equals) == 0)
                best = (r, factor, value);
        }

        return best;
    }

    private int Cost(int[] row, int factor, int value)
    {
        _work -= 2 * _factors;
        var cost = 0;
        var withOld = _covered.AsSpan(row[factor] * _values, _values);
        var withNew = _covered.AsSpan(value * _values, _values);
        foreach (var other in row)
        {
            if (withOld[other] == 1)
                cost++;
            if (withNew[other] == 0)
                cost--;
        }

        // Two values of one factor have no entry: the old value counted as one that nothing covers yet.
        return cost + 1;
    }

    private void Move(int row, int factor, int value)
    {
        var values = _rows[row];
        var old = values[factor];
        if (old == value)
            return;
        for (var f = 0; f < values.Length; f++)
        {
            if (f == factor)
                continue;
            Remove(old, values[f]);
            Add(value, values[f]);
        }

        values[factor] = value;
    }

    private void Add(int a, int b)
    {
        _covered[(a * _values) + b]++;
        if (_covered[(b * _values) + a]++ > 0 || _placeOf[Pair(a, b)] < 0)
            return;
        var place = _placeOf[Pair(a, b)];
        var last = _open[^1];
        _open[place] = last;
        _placeOf[last] = place;
        _placeOf[Pair(a, b)] = -1;
        _open.RemoveAt(_open.Count - 1);
    }

    private void Remove(int a, int b)
    {
        _covered[(a * _values) + b]--;
        if (--_covered[(b * _values) + a] > 0)
            return;
        _placeOf[Pair(a, b)] = _open.Count;
        _open.Add(Pair(a, b));
    }
}

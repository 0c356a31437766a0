using System.Runtime.InteropServices;

namespace Teuthology.Suites;

/// <summary>
/// Chooses rows one at a time so that every demanded tuple is in one (Cohen, Dalal, Fredman, Patton: "The AETG system", 1997): of several rows that each begin
/// with an open tuple and take in each factor the value with the most open tuples, the best is taken. Rows that turn out not to serve are
/// changed one value at a time, which also teaches which values do not go together.
/// </summary>
internal sealed class CoveringSearch
{
    private const int Tries = 40;
    private const int Exhaustive = 256;

    private readonly CoveringProblem _problem;
    private readonly RowTest? _test;
    private readonly SplitMix _random;
    private readonly TupleSet _open;
    private readonly RowFiller _filler;
    private readonly int _candidates;
    private readonly List<long> _ranks = [];

    /// <summary>A search for rows that cover <paramref name="demanded"/>.</summary>
    /// <param name="problem">Factors and values.</param>
    /// <param name="demanded">The tuples to cover; is not changed.</param>
    /// <param name="test">Says which values of a row are there when the job runs; null when all always are.</param>
    /// <param name="random">Random numbers.</param>
    public CoveringSearch(CoveringProblem problem, TupleSet demanded, RowTest? test, SplitMix random)
    {
        _problem = problem;
        _test = test;
        _random = random;
        _open = demanded.Clone();
        _filler = new RowFiller(problem, _open, random);
        var fill = Math.Pow(problem.Factors.Length, demanded.Strength - 1) * problem.ValueCount;
        _candidates = (int)Math.Clamp(400_000 / Math.Max(1, fill), 2, 40);
    }

    /// <summary>The rows that were taken.</summary>
    public List<CoveringRow> Rows { get; } = [];

    /// <summary>Tuples of which every row that has them was tried and none serves.</summary>
    public List<long> Rejected { get; } = [];

    /// <summary>Tuples for which no row was found that serves, and not all were tried.</summary>
    public List<long> Unresolved { get; } = [];

    /// <summary>Takes rows until no tuple is open.</summary>
    public void Run(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        while (_open.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(_open.Count);
            var seed = _open.Next((long)(_random.Below(int.MaxValue) / (double)int.MaxValue * (_open.Capacity - 1)));
            var candidates = Candidates(seed);
            if (_test is null)
                Take(candidates[0].Row, _problem.Leaves(candidates[0].Row));
            else
                Serve(seed, candidates[0].Row);
        }

        DropRedundant();
    }

    private List<(int[] Row, int Gain)> Candidates(long first)
    {
        var rows = new List<(int[] Row, int Gain)>();
        for (var i = 0; i < _candidates; i++)
        {
            // With a test, all must have the tuple that is to be settled in this step.
            var seed = _test is not null || i == 0 ? first : _open.Next((long)(_random.Below(int.MaxValue) / (double)int.MaxValue * (_open.Capacity - 1)));
            rows.Add(_filler.Fill(_open.Tuple(seed)));
        }

        // The sort keeps the order of equals, which keeps the result the same on every run.
        return [.. rows.OrderByDescending(r => r.Gain)];
    }

    /// <summary>Settles one tuple: takes a row that serves it, or puts it down as rejected or unresolved.</summary>
    private void Serve(long seed, int[] row)
    {
        var tuple = _open.Tuple(seed);
        if (TryTake(row, seed) || Mend(row, tuple, seed))
            return;
        for (var i = 0; i < Tries; i++)
            if (TryTake(_filler.Fill(tuple, byChance: i % 2 == 1).Row, seed))
                return;
        if (_test!.Witness(seed) is { } witness && TryTake(witness, seed))
            return;
        var all = new List<int[]>();
        var complete = TryComplete(_problem.Begin(tuple), all);
        if (complete && all.Exists(r => TryTake(r, seed)))
            return;
        (complete ? Rejected : Unresolved).Add(seed);
        _filler.Close(seed);
    }

    /// <summary>Changes one value of a rejected row after the other; where the job is then accepted, the value was one of those that conflict.</summary>
    private bool Mend(int[] row, int[] tuple, long seed)
    {
        var needed = _problem.Begin(tuple);
        var guilty = new List<int>();
        var served = false;
        for (var factor = 0; factor < row.Length && !served; factor++)
        {
            if (row[factor] < 0 || _problem.Factors[factor].Count < 2)
                continue;
            var other = _problem.Factors[factor].First + _random.Below(_problem.Factors[factor].Count - 1);
            if (other >= row[factor])
                other++;
            var changed = Replace(row, factor, other);
            if (_test!.Present(changed) is not { } present)
                continue;
            guilty.Add(row[factor]);
            if (needed[factor] < 0 && Serves(present, seed))
            {
                Take(changed, present);
                served = true;
            }
        }

        for (var i = 0; i < guilty.Count && guilty.Count <= 3; i++)
            for (var j = i + 1; j < guilty.Count; j++)
                _filler.Avoid(guilty[i], guilty[j]);
        return served;
    }

    private int[] Replace(int[] row, int factor, int value)
    {
        var changed = _problem.Begin([]);
        foreach (var top in _problem.Top)
            Copy(top);
        return changed;

        void Copy(int f)
        {
            changed[f] = f == factor ? value : row[f] >= 0 ? row[f] : _problem.Factors[f].First + _random.Below(_problem.Factors[f].Count);
            foreach (var below in _problem.Below[changed[f]])
                Copy(below);
        }
    }

    private bool TryTake(int[] row, long seed)
    {
        if (_test!.Present(row) is not { } present || !Serves(present, seed))
            return false;
        Take(row, present);
        _filler.Close(seed); // A tuple of no values is in every row, and in no list of a row's tuples.
        return true;
    }

    private bool Serves(int[] present, long seed)
    {
        foreach (var value in _open.Tuple(seed))
            if (value < _problem.ValueCount && Array.BinarySearch(present, value) < 0)
                return false;
        return true;
    }

    private void Take(int[] row, int[] present)
    {
        Rows.Add(new CoveringRow(row, present));
        TupleWalk.Visit(_open, present, _problem.ValueCount, _ranks);
        foreach (var rank in _ranks)
            _filler.Close(rank);
    }

    /// <summary>All rows that go on from <paramref name="row"/>; false when there are too many to try.</summary>
    private bool TryComplete(int[] row, List<int[]> all)
    {
        var factor = _problem.Missing(row, _problem.Top);
        if (factor < 0)
        {
            all.Add(row);
            return all.Count <= Exhaustive;
        }

        for (var value = _problem.Factors[factor].First; value < _problem.Factors[factor].First + _problem.Factors[factor].Count; value++)
        {
            var next = (int[])row.Clone();
            next[factor] = value;
            if (!TryComplete(next, all))
                return false;
        }

        return true;
    }

    private void DropRedundant()
    {
        var times = new Dictionary<long, int>();
        foreach (var row in Rows)
        {
            TupleWalk.Visit(_open, row.Present, _problem.ValueCount, _ranks);
            foreach (var rank in _ranks)
                CollectionsMarshal.GetValueRefOrAddDefault(times, rank, out _)++;
        }

        for (var i = Rows.Count - 1; i >= 0; i--)
        {
            TupleWalk.Visit(_open, Rows[i].Present, _problem.ValueCount, _ranks);
            if (!_ranks.TrueForAll(r => times[r] > 1))
                continue;
            foreach (var rank in _ranks)
                times[rank]--;
            Rows.RemoveAt(i);
        }
    }
}

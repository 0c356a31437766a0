using System.Numerics;

namespace Teuthology.Suites;

/// <summary>Chooses jobs of a suite that together have every tuple of fragments that some job has.</summary>
/// <param name="matrix">The jobs to choose among.</param>
/// <param name="model">Their choices.</param>
/// <param name="test">What rules jobs out.</param>
/// <param name="strength">How many fragments are combined.</param>
/// <param name="seed">Decides between choices that are equally good.</param>
internal sealed class CoveringChooser(SuiteMatrix matrix, CoveringModel model, JobTest test, int strength, BigInteger seed)
{
    /// <summary>Up to here all jobs are looked at where filters or numbers in <c>%</c> thin them out; it takes a few microseconds for each.</summary>
    private const int ScanLimit = 4_000_000;

    private readonly IReadOnlyList<CoveringPart> _parts = CoveringPart.Of(model);

    /// <summary>What was demanded of each part, once <see cref="Choose"/> is done.</summary>
    public List<TupleSet> Demanded { get; } = [];

    /// <summary>The indexes of the chosen jobs, ascending, and what they cover.</summary>
    /// <exception cref="ConfigurationException">There are more tuples than memory is taken for.</exception>
    public (IReadOnlyList<WideInt> Indexes, CoveringReport Report) Choose(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var scan = (test.HasFilter || model.HasNestedSubsets) && model.Root.Size <= ScanLimit ? Scan(progress, cancellationToken) : null;
        var indexes = new SortedSet<WideInt>();
        var (leftOut, demanded, unresolved, rejected) = (0L, 0L, new List<IReadOnlyList<string>>(), new List<IReadOnlyList<string>>());
        var covered = 0L;
        for (var i = 0; i < _parts.Count; i++)
        {
            var part = _parts[i];
            var possible = part.Problem.Tuples(strength, cancellationToken);
            var allowed = possible.Count;
            var wanted = scan?[i].Tuples ?? possible;
            var random = new SplitMix((ulong)(seed & ulong.MaxValue) ^ ((ulong)i << 32));
            if (!test.IsNeeded && !model.HasNestedSubsets)
            {
                foreach (var row in CoveringArray.Cover(part.Problem, wanted, random, CoveringArray.ReduceWork / _parts.Count, cancellationToken))
                    indexes.Add(model.Root.IndexOf(part.Widen(row.Values)));
            }
            else
            {
                var rowTest = Test(part, scan?[i]);
                var search = new CoveringSearch(part.Problem, wanted, rowTest, random);
                var ordinal = i;
                search.Run(progress is null ? null : new OpenProgress(progress, ordinal + 1, _parts.Count), cancellationToken);
                if (search.Rejected.Count > 0)
                    foreach (var row in Alone(part, wanted, search.Rows, rowTest, random, cancellationToken))
                        indexes.Add(model.Root.IndexOf(part.Widen(row.Values)));
                foreach (var row in search.Rows)
                    indexes.Add(model.Root.IndexOf(part.Widen(row.Values)));
                rejected.AddRange(search.Rejected.Select(r => part.Names(wanted.Tuple(r))));
                unresolved.AddRange(search.Unresolved.Select(r => part.Names(wanted.Tuple(r))));
                foreach (var rank in search.Rejected)
                    wanted.Remove(rank);
                covered -= search.Unresolved.Count;
                leftOut -= search.Rejected.Count;
            }

            Demanded.Add(wanted);
            leftOut += allowed - wanted.Count;
            demanded += wanted.Count;
            covered += wanted.Count;
            progress?.Report($"part {i + 1} of {_parts.Count}: {indexes.Count} jobs so far");
        }

        return ([.. indexes], new CoveringReport(strength, indexes.Count, matrix.Count, demanded, covered, leftOut, rejected, unresolved));
    }

    /// <summary>Rows for what no longer has a partner: a value whose every pair is rejected can still be in a job, where scripts drop the partner.</summary>
    private List<CoveringRow> Alone(CoveringPart part, TupleSet wanted, IEnumerable<CoveringRow> rows, RowTest rowTest, SplitMix random, CancellationToken cancellationToken)
    {
        var taken = rows.ToList();
        var more = new List<CoveringRow>();
        var ranks = new List<long>();
        for (var size = strength - 1; size > 0; size--)
        {
            var open = new TupleSet(part.Problem.ValueCount + size, size);
            foreach (var rank in wanted.All())
                Each(open, [.. wanted.Tuple(rank).Where(v => v < part.Problem.ValueCount)], open.Add);
            if (size == 1 && taken.Count == 0)
                Each(open, [], open.Add);
            foreach (var row in taken)
                Each(open, row.Present, open.Remove);
            var search = new CoveringSearch(part.Problem, open, rowTest with { Witness = _ => null }, random);
            search.Run(null, cancellationToken);
            taken.AddRange(search.Rows);
            more.AddRange(search.Rows);
        }

        return more;

        void Each(TupleSet set, int[] values, Func<long, bool> act)
        {
            TupleWalk.Visit(set, values, part.Problem.ValueCount, ranks);
            foreach (var rank in ranks)
                act(rank);
        }
    }

    private RowTest Test(CoveringPart part, Scanned? scanned)
    {
        var known = new Dictionary<WideInt, int[]?>();
        return new RowTest(Present, rank => scanned is not null && scanned.Witnesses.TryGetValue(rank, out var index) ? RowAt(part, index) : null);

        int[]? Present(int[] row)
        {
            var index = model.Root.IndexOf(part.Widen(row));
            if (index < 0)
                return null;
            if (!known.TryGetValue(index, out var present))
                known[index] = present = PresentIn(part, row, index);
            return present;
        }
    }

    private int[]? PresentIn(CoveringPart part, int[] row, WideInt index)
    {
        var leaves = part.Problem.Leaves(row);
        if (!test.IsNeeded)
            return leaves;
        return test.Dropped(matrix.Job(0, matrix.Root.At(index, matrix.DrawsAt(index)))) is not { } dropped ? null
            : dropped.Count == 0 ? leaves
            : WithoutDropped(part, leaves, dropped);
    }

    /// <summary>A value is gone when all fragments of its own are.</summary>
    internal int[] WithoutDropped(CoveringPart part, int[] leaves, IReadOnlyCollection<string> dropped)
    {
        var gone = dropped.Select(f => model.Fragments.GetValueOrDefault(f, (-1, true))).Where(f => !f.Item2).Select(f => f.Item1).Where(v => v >= 0).CountBy(v => v).Where(c => c.Value >= model.FragmentsOf(c.Key)).Select(c => c.Key).ToHashSet();
        return gone.Count == 0 ? leaves : [.. leaves.Where(v => !gone.Contains(part.ValueOf(v)))];
    }

    private int[] RowAt(CoveringPart part, WideInt index)
    {
        var row = new int[model.Factors.Count];
        Array.Fill(row, -1);
        model.Root.Read(index, row);
        return part.Narrow(row);
    }

    /// <summary>For each part the tuples of the jobs that there are, with a job for each.</summary>
    private Scanned[] Scan(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var scanned = _parts.Select(p => new Scanned(new TupleSet(p.Problem.ValueCount + strength, strength), [])).ToArray();
        var wide = new int[model.Factors.Count];
        var ranks = new List<long>();
        foreach (var index in Indexes())
        {
            if (index % 100_000 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report($"looked at {index:N0} of {model.Root.Size} jobs");
            }

            Array.Fill(wide, -1);
            model.Root.Read(index, wide);
            var i = CoveringPart.Index(model, wide);
            TupleWalk.Visit(scanned[i].Tuples, _parts[i].Problem.Leaves(_parts[i].Narrow(wide)), _parts[i].Problem.ValueCount, ranks);
            foreach (var rank in ranks)
                if (scanned[i].Tuples.Add(rank))
                    scanned[i].Witnesses.Add(rank, index);
        }

        return scanned;

        IEnumerable<long> Indexes()
        {
            if (test.HasFilter)
            {
                foreach (var job in matrix.Jobs())
                    if (test.Keeps(job))
                        yield return job.Index;
            }
            else
            {
                for (long i = 0; i < model.Root.Size; i++)
                    yield return i;
            }
        }
    }

    private sealed record Scanned(TupleSet Tuples, Dictionary<long, long> Witnesses);

    private sealed class OpenProgress(IProgress<string> progress, int part, int parts) : IProgress<long>
    {
        public void Report(long value) => progress.Report($"part {part} of {parts}: {value:N0} combinations to go");
    }
}

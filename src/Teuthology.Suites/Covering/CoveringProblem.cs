using System.Runtime.InteropServices;

namespace Teuthology.Suites;

/// <summary>Factors and values to combine, numbered from 0; factors below a value come after its own.</summary>
internal sealed class CoveringProblem
{
    private readonly int[] _factorOf;

    /// <summary>The factors <paramref name="factors"/>, of which those without a parent exist in every row.</summary>
    public CoveringProblem(IReadOnlyList<Factor> factors)
    {
        Factors = [.. factors];
        ValueCount = factors.Sum(f => f.Count);
        _factorOf = new int[ValueCount];
        var below = new List<int>[ValueCount];
        for (var factor = 0; factor < Factors.Length; factor++)
        {
            Array.Fill(_factorOf, factor, Factors[factor].First, Factors[factor].Count);
            if (Factors[factor].Parent is var parent and >= 0)
                (below[parent] ??= []).Add(factor);
        }

        Below = [.. below.Select(f => f?.ToArray() ?? [])];
        Top = [.. Enumerable.Range(0, Factors.Length).Where(f => Factors[f].Parent < 0)];
        IsFlat = Top.Length == Factors.Length;
    }

    /// <summary>The factors.</summary>
    public Factor[] Factors { get; }

    /// <summary>The factors that every row has.</summary>
    public int[] Top { get; }

    /// <summary>True when every row has all factors.</summary>
    public bool IsFlat { get; }

    /// <summary>The factors below each value.</summary>
    public int[][] Below { get; }

    /// <summary>How many values all factors have.</summary>
    public int ValueCount { get; }

    /// <summary>A problem in which every row has one of <c>levels[i]</c> values for each i.</summary>
    public static CoveringProblem Flat(IEnumerable<int> levels)
    {
        var first = 0;
        var factors = new List<Factor>();
        foreach (var level in levels)
        {
            factors.Add(new Factor(first, level, -1, ""));
            first += level;
        }

        return new CoveringProblem(factors);
    }

    /// <summary>The factor of a value.</summary>
    public int FactorOf(int value) => _factorOf[value];

    /// <summary>True when no factor is below the value. Others are covered with the values below them.</summary>
    public bool IsLeaf(int value) => Below[value].Length == 0;

    /// <summary>A row that has a tuple's values and those above them; -1 where nothing is decided yet. Numbers beyond the values fill a tuple up and are passed over.</summary>
    public int[] Begin(ReadOnlySpan<int> tuple)
    {
        var row = new int[Factors.Length];
        Array.Fill(row, -1);
        foreach (var value in tuple)
            if (value < ValueCount)
                Set(row, value);
        return row;
    }

    /// <summary>The first of <paramref name="factors"/>, and of those below the row's values there, that the row has no value of; -1 when it is whole.</summary>
    public int Missing(ReadOnlySpan<int> row, int[] factors)
    {
        foreach (var factor in factors)
        {
            if (row[factor] < 0)
                return factor;
            if (Missing(row, Below[row[factor]]) is var below and >= 0)
                return below;
        }

        return -1;
    }

    /// <summary>Sets a value and those above it; false when the row has others there.</summary>
    public bool Set(Span<int> row, int value)
    {
        for (var v = value; v >= 0; v = Factors[_factorOf[v]].Parent)
            if (row[_factorOf[v]] is var has and >= 0 && has != v)
                return false;
        for (var v = value; v >= 0; v = Factors[_factorOf[v]].Parent)
            row[_factorOf[v]] = v;
        return true;
    }

    /// <summary>The row's values without factors below, ascending.</summary>
    public int[] Leaves(ReadOnlySpan<int> row)
    {
        var count = 0;
        foreach (var value in row)
            if (value >= 0 && IsLeaf(value))
                count++;
        var leaves = new int[count];
        count = 0;
        foreach (var value in row)
            if (value >= 0 && IsLeaf(value))
                leaves[count++] = value;
        return leaves;
    }

    /// <summary>All tuples that the choices allow: t values of different factors that can be together, and whole rows of fewer values.</summary>
    /// <exception cref="ConfigurationException">There are too many.</exception>
    public TupleSet Tuples(int strength, CancellationToken cancellationToken)
    {
        var tuples = new TupleSet(ValueCount + strength, strength);
        var leaves = Enumerable.Range(0, ValueCount).Where(IsLeaf).ToArray();
        Extend(tuples, leaves, 0, [], cancellationToken);
        return tuples;
    }

    private void Extend(TupleSet tuples, int[] candidates, int from, List<int> chosen, CancellationToken cancellationToken)
    {
        if (chosen.Count == tuples.Strength)
        {
            tuples.Add(tuples.Rank(CollectionsMarshal.AsSpan(chosen)));
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (IsWhole(chosen))
            tuples.Add(tuples.Rank(TupleWalk.Filled(CollectionsMarshal.AsSpan(chosen), ValueCount, tuples.Strength)));
        for (var i = from; i < candidates.Length; i++)
        {
            var value = candidates[i];
            if (!chosen.TrueForAll(other => AreCompatible(other, value)))
                continue;
            chosen.Add(value);
            Extend(tuples, candidates, i + 1, chosen, cancellationToken);
            chosen.RemoveAt(chosen.Count - 1);
        }
    }

    /// <summary>True when two values can be together: going up from each, no factor has to have two values.</summary>
    private bool AreCompatible(int a, int b)
    {
        for (var v = a; v >= 0; v = Factors[_factorOf[v]].Parent)
            for (var w = b; w >= 0; w = Factors[_factorOf[w]].Parent)
                if (_factorOf[v] == _factorOf[w])
                {
                    if (v != w)
                        return false;
                    break;
                }

        return true;
    }

    private bool IsWhole(List<int> chosen) => Missing(Begin(CollectionsMarshal.AsSpan(chosen)), Top) < 0;
}

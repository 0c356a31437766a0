namespace Teuthology.Suites;

/// <summary>A part of a suite whose choices can be combined: the whole suite, or what is below one value of the only factor at its top.</summary>
internal sealed class CoveringPart
{
    private readonly CoveringModel _model;
    private readonly int[] _factors;
    private readonly int[] _values;
    private readonly int[] _placeOf;
    private readonly int _above;

    private CoveringPart(CoveringModel model, int above, IEnumerable<int> factors)
    {
        _model = model;
        _above = above;
        _factors = [.. factors];
        _placeOf = new int[model.ValueCount];
        Array.Fill(_placeOf, -1);
        _values = [.. _factors.SelectMany(f => Enumerable.Range(model.Factors[f].First, model.Factors[f].Count))];
        for (var i = 0; i < _values.Length; i++)
            _placeOf[_values[i]] = i;
        Problem = new CoveringProblem([.. _factors.Select(f => model.Factors[f]).Select(f =>
            f with { First = _placeOf[f.First], Parent = f.Parent < 0 || f.Parent == above ? -1 : _placeOf[f.Parent] })]);
    }

    /// <summary>The choices of this part.</summary>
    public CoveringProblem Problem { get; }

    /// <summary>The parts of a suite.</summary>
    public static IReadOnlyList<CoveringPart> Of(CoveringModel model)
    {
        if (model.TopFactors.Count != 1)
            return [new CoveringPart(model, -1, Enumerable.Range(0, model.Factors.Count))];
        var top = model.Factors[model.TopFactors[0]];
        var factors = new List<int>[top.Count];
        var partOf = new int[model.Factors.Count];
        for (var f = 0; f < model.Factors.Count; f++)
        {
            var parent = model.Factors[f].Parent;
            if (parent < 0)
                continue;
            partOf[f] = model.FactorOf(parent) == model.TopFactors[0] ? parent - top.First : partOf[model.FactorOf(parent)];
            (factors[partOf[f]] ??= []).Add(f);
        }

        return [.. Enumerable.Range(0, top.Count).Select(v => new CoveringPart(model, top.First + v, factors[v] ?? []))];
    }

    /// <summary>The part that a job with these values of the whole suite is in.</summary>
    public static int Index(CoveringModel model, ReadOnlySpan<int> row) =>
        model.TopFactors.Count != 1 ? 0 : row[model.TopFactors[0]] - model.Factors[model.TopFactors[0]].First;

    /// <summary>The values of the whole suite for a row of this part.</summary>
    public int[] Widen(int[] row)
    {
        var wide = new int[_model.Factors.Count];
        Array.Fill(wide, -1);
        if (_above >= 0)
            wide[_model.FactorOf(_above)] = _above;
        for (var i = 0; i < row.Length; i++)
            if (row[i] >= 0)
                wide[_factors[i]] = _values[row[i]];
        return wide;
    }

    /// <summary>This part's row for values of the whole suite.</summary>
    public int[] Narrow(ReadOnlySpan<int> wide)
    {
        var row = new int[_factors.Length];
        for (var i = 0; i < row.Length; i++)
            row[i] = wide[_factors[i]] < 0 ? -1 : _placeOf[wide[_factors[i]]];
        return row;
    }

    /// <summary>The names of a tuple's values; the part itself where it has no values of its own.</summary>
    public IReadOnlyList<string> Names(int[] tuple)
    {
        List<string> names = [.. tuple.Where(v => v < _values.Length).Select(v => _model.NameOf(_values[v]))];
        if (names.Count == 0 && _above >= 0)
            names.Add(_model.NameOf(_above));
        return names;
    }

    /// <summary>The facets of a tuple's values; the part itself where it has no values of its own.</summary>
    public IReadOnlyList<string> Facets(int[] tuple)
    {
        List<string> names = [.. tuple.Where(v => v < _values.Length).Select(v => _model.Factors[_model.FactorOf(_values[v])].Name)];
        if (names.Count == 0 && _above >= 0)
            names.Add(_model.Factors[_model.FactorOf(_above)].Name);
        return names;
    }

    /// <summary>The value of this part's numbering, as the whole suite numbers it.</summary>
    public int ValueOf(int value) => _values[value];
}

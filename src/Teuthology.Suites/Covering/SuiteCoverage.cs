using System.Numerics;

namespace Teuthology.Suites;

/// <summary>Tells which combinations of a suite's fragments a set of jobs has together.</summary>
public sealed class SuiteCoverage
{
    private readonly CoveringModel _model;
    private readonly IReadOnlyList<CoveringPart> _parts;
    private readonly IReadOnlyList<TupleSet> _demanded;
    private readonly IReadOnlyList<TupleSet> _missing;
    private readonly JobTest _test;
    private readonly CoveringChooser _chooser;
    private readonly Dictionary<string, string> _paths;
    private readonly List<long> _ranks = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The combinations that jobs of the suite have; no job is counted yet.</summary>
    /// <param name="tree">The directory of suites.</param>
    /// <param name="suite">Name of the suite or of a part of it.</param>
    /// <param name="options">Seed and the like; a subset makes no difference.</param>
    /// <param name="strength">How many fragments are combined, 2 for pairs.</param>
    /// <param name="progress">Is told how far the search for combinations that scripts reject is.</param>
    /// <param name="cancellationToken">Stops that search.</param>
    /// <exception cref="ConfigurationException">There is no such suite, it breaks a rule, or there is too much to combine.</exception>
    public SuiteCoverage(SuiteTree tree, string suite, SuiteOptions options, int strength, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        Suite = suite;
        var matrix = tree.Build(suite, options with { Subset = null });
        FullSize = matrix.Count;
        Strength = strength;
        _model = new CoveringModel(matrix.Root);
        _parts = CoveringPart.Of(_model);
        _test = new JobTest(null, new JobMerger(tree.Directory, seed: options.Seed), SuiteTree.PathOf(tree.Directory, suite), _model.Fragments.Keys);
        _chooser = new CoveringChooser(matrix, _model, _test, strength, options.Seed);
        if (_test.IsNeeded || _model.HasNestedSubsets)
            _chooser.Choose(progress, cancellationToken);
        _demanded = _chooser.Demanded.Count > 0 ? _chooser.Demanded : [.. _parts.Select(p => p.Problem.Tuples(strength, cancellationToken))];
        _missing = [.. _demanded.Select(d => d.Clone())];
        _paths = _model.Fragments.Keys.GroupBy(SuiteReader.WithoutExtension, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    /// <summary>The suite.</summary>
    public string Suite { get; }

    /// <summary>How many jobs the suite has.</summary>
    public BigInteger FullSize { get; }

    /// <summary>How many fragments are combined.</summary>
    public int Strength { get; }

    /// <summary>How many different jobs were counted.</summary>
    public long Jobs { get; private set; }

    /// <summary>How many of them scripts reject.</summary>
    public long Rejected { get; private set; }

    /// <summary>How many combinations jobs of the suite have.</summary>
    public long Demanded => _demanded.Sum(d => d.Count);

    /// <summary>How many of them the counted jobs have.</summary>
    public long Covered => Demanded - _missing.Sum(m => m.Count);

    /// <summary>The job with a description; null when the suite has no such job, whatever the seed.</summary>
    /// <param name="description">As <see cref="SuiteJob.Description"/>.</param>
    public SuiteJob? Find(string description)
    {
        if (description != Suite && !description.StartsWith(Suite + "/", StringComparison.Ordinal))
            return null;
        var fragments = new List<string>();
        foreach (var path in DescriptionText.Paths(description.Length == Suite.Length ? "" : description[(Suite.Length + 1)..]))
        {
            if (!_paths.TryGetValue(path, out var fragment))
                return null;
            fragments.Add(fragment);
        }

        fragments.Sort(FragmentOrder.Instance);
        var job = new SuiteJob(Suite, 0, description, fragments);
        return Values(job) is null ? null : job;
    }

    /// <summary>Counts a job; one that was counted already makes no difference.</summary>
    /// <param name="job">A job of the suite.</param>
    /// <exception cref="ArgumentException">It is of another suite.</exception>
    public void Add(SuiteJob job)
    {
        if (!_seen.Add(job.Description))
            return;
        var values = Values(job) ?? throw new ArgumentException($"{job.Description} is no job of {Suite}", nameof(job));
        Jobs++;
        if (_test.Dropped(job) is not { } dropped)
        {
            Rejected++;
            return;
        }

        var i = CoveringPart.Index(_model, values);
        var leaves = _parts[i].Problem.Leaves(_parts[i].Narrow(values));
        if (dropped.Count > 0)
            leaves = _chooser.WithoutDropped(_parts[i], leaves, dropped);
        TupleWalk.Visit(_missing[i], leaves, _parts[i].Problem.ValueCount, _ranks);
        foreach (var rank in _ranks)
            _missing[i].Remove(rank);
    }

    /// <summary>The combinations that no counted job has: files and directories relative to the suite, without <c>.yaml</c>.</summary>
    public IEnumerable<IReadOnlyList<string>> Missing() =>
        _missing.SelectMany((missing, i) => missing.All().Select(rank => _parts[i].Names(missing.Tuple(rank))));

    /// <summary>The same for each combination of facets, those with the most missing first.</summary>
    public IReadOnlyList<FacetCoverage> Facets()
    {
        var found = new Dictionary<string, (long Demanded, long Covered)>(StringComparer.Ordinal);
        for (var i = 0; i < _parts.Count; i++)
        {
            foreach (var rank in _demanded[i].All())
            {
                var key = string.Join('\0', _parts[i].Facets(_demanded[i].Tuple(rank)));
                var (demanded, covered) = found.GetValueOrDefault(key);
                found[key] = (demanded + 1, covered + (_missing[i].Has(rank) ? 0 : 1));
            }
        }

        return [.. found.Select(f => new FacetCoverage(f.Key.Split('\0'), f.Value.Demanded, f.Value.Covered)).OrderByDescending(f => f.Demanded - f.Covered)];
    }

    /// <summary>The job's value for each factor; null when a factor has none or two.</summary>
    private int[]? Values(SuiteJob job)
    {
        var values = new int[_model.Factors.Count];
        Array.Fill(values, -1);
        foreach (var fragment in job.Fragments)
        {
            if (!_model.Fragments.TryGetValue(fragment, out var owner))
                return null;
            for (var value = owner.Value; value >= 0; value = _model.ParentOf(value))
            {
                ref var place = ref values[_model.FactorOf(value)];
                if (place >= 0 && place != value)
                    return null;
                place = value;
            }
        }

        return IsComplete(_model.TopFactors, values) ? values : null;
    }

    private bool IsComplete(IReadOnlyList<int> factors, int[] values) =>
        factors.All(factor => values[factor] >= 0 && IsComplete(_model.Below[values[factor]], values));
}

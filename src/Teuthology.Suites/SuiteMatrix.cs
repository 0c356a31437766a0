using System.Numerics;

namespace Teuthology.Suites;

/// <summary>The jobs of a suite, made when they are asked for. Safe for use by several threads.</summary>
public sealed class SuiteMatrix
{
    private const int CheckpointEvery = 1024;
    private const long MostDraws = 1_000_000_000;

    private readonly MatrixNode _root;
    private readonly List<PythonRandom> _checkpoints = [];
    private readonly Lock _lock = new();

    internal SuiteMatrix(string suite, MatrixNode root, PythonRandom random)
    {
        Suite = suite;
        _root = root;
        _checkpoints.Add(random);
    }

    /// <summary>The suite as it was asked for.</summary>
    public string Suite { get; }

    /// <summary>How many jobs there are.</summary>
    public BigInteger Count => (BigInteger)_root.Size;

    /// <summary>How many jobs in a row hold every fragment, as a nightly run of a large suite queues them.</summary>
    public BigInteger ShortestPiece => (BigInteger)_root.ScanLength;

    /// <summary>True when a <c>$</c> is in the suite: a job then depends on the draws for all jobs before it.</summary>
    public bool HasDraws => _root.Draws;

    /// <summary>What the jobs cover, when they are a pairwise subset.</summary>
    public CoveringReport? Covering { get; internal init; }

    internal MatrixNode Root => _root;

    internal WideInt ScanLength => _root.ScanLength;

    /// <summary>The job at <paramref name="index"/>, the same as the one that <see cref="Jobs"/> lists there.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such job, or its index exceeds <see cref="long.MaxValue"/>.</exception>
    /// <exception cref="ConfigurationException">The suite cannot give this job.</exception>
    public SuiteJob Job(BigInteger index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, long.MaxValue);
        return Make((long)index, DrawsAt((long)index));
    }

    /// <summary>All jobs in order, one at a time.</summary>
    /// <exception cref="ConfigurationException">The suite cannot give the next job.</exception>
    public IEnumerable<SuiteJob> Jobs()
    {
        var random = Draws();
        var count = _root.Size;
        for (long index = 0; index < count; index++)
            yield return Make(index, random);
    }

    /// <summary>The source of draws as before the first job.</summary>
    internal PythonRandom Draws() => _checkpoints[0].Fork();

    /// <summary>The source of draws as before a job.</summary>
    /// <exception cref="ConfigurationException">Too many jobs come before it.</exception>
    internal PythonRandom DrawsAt(WideInt index)
    {
        if (!HasDraws)
            return _checkpoints[0];
        return index <= MostDraws
            ? RandomAt((long)index)
            : throw new ConfigurationException($"what '$' draws for job {(BigInteger)index:N0} of {Suite} is known only after the draws for all jobs before it, which are too many; use a part of the suite");
    }

    internal SuiteJob Job(long index, Selection selection)
    {
        var description = selection.Text.Length == 0 ? Suite : $"{Suite}/{selection.Text}";
        return new SuiteJob(Suite, index, description, selection.Fragments);
    }

    private SuiteJob Make(long index, PythonRandom random) => Job(index, _root.At(index, random));

    private PythonRandom RandomAt(long index)
    {
        lock (_lock)
        {
            while (_checkpoints.Count <= index / CheckpointEvery)
                _checkpoints.Add(Skip((_checkpoints.Count - 1L) * CheckpointEvery, (long)_checkpoints.Count * CheckpointEvery));
            return Skip(index - (index % CheckpointEvery), index);
        }
    }

    private PythonRandom Skip(long from, long to)
    {
        var random = _checkpoints[(int)(from / CheckpointEvery)].Fork();
        for (var i = from; i < to; i++)
            _root.Skip(i, random);
        return random;
    }
}

using System.Globalization;
using Teuthology.Suites;

namespace Teuthology.Scheduling;

/// <summary>Which jobs of which suite: what <c>suite expand</c> lists and <c>suite run</c> runs.</summary>
public sealed record SuiteSelection
{
    private const long MostCounted = 1_000_000;

    /// <summary>The suite as users write it: <c>rbd</c>, <c>rbd:basic</c> or <c>rbd/basic</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>Subset, seed and the like.</summary>
    public SuiteOptions Options { get; init; } = new();

    /// <summary>Keywords.</summary>
    public SuiteFilter Filter { get; init; } = new();

    /// <summary>How many jobs at most, counted after the filter; 0 takes all.</summary>
    public long Limit { get; init; }

    /// <summary>The suite's name in descriptions and run names: parts joined by <c>:</c>, as upstream.</summary>
    public string Name => Suite.Trim('/').Replace('/', ':');

    /// <summary>All jobs that <see cref="Options"/> leave; a pairwise subset chooses among those that <see cref="Filter"/> keeps.</summary>
    /// <param name="tree">The directory of suites.</param>
    /// <param name="progress">Is told how far the choice of a pairwise subset is.</param>
    /// <param name="cancellationToken">Stops that choice.</param>
    /// <exception cref="ConfigurationException">There is no such suite, or it breaks a rule.</exception>
    public SuiteMatrix Build(SuiteTree tree, IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
        tree.Build(Name, Options, Filter, progress, cancellationToken);

    /// <summary>The jobs in order, made one at a time, by their descriptions alone: no fragment is read.</summary>
    /// <param name="tree">The directory of suites.</param>
    /// <exception cref="ConfigurationException">There is no such suite, or it breaks a rule.</exception>
    public IEnumerable<SuiteJob> Jobs(SuiteTree tree) => Jobs(Build(tree));

    /// <summary>The jobs of <paramref name="matrix"/> that the filter keeps, as <see cref="Jobs(SuiteTree)"/>.</summary>
    /// <param name="matrix">What <see cref="Build"/> gave.</param>
    public IEnumerable<SuiteJob> Jobs(SuiteMatrix matrix) => Limited(matrix.Jobs().Where(Filter.Keeps));

    /// <summary>Writes the jobs in order while they are made, in UTF-8.</summary>
    /// <param name="tree">The directory of suites.</param>
    /// <param name="matrix">What <see cref="Build"/> gave.</param>
    /// <param name="output">Where to; is not closed.</param>
    /// <param name="format">How.</param>
    /// <param name="merged">True merges each job's fragments; jobs that their merged configuration rules out are left out.</param>
    /// <param name="cancellationToken">Ends the writing after a job.</param>
    /// <exception cref="ConfigurationException">The suite cannot give a job, or a fragment cannot be read or merged. The jobs before it are written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Write(SuiteTree tree, SuiteMatrix matrix, Stream output, SuiteFormat format, bool merged, CancellationToken cancellationToken)
    {
        var writer = new SuiteWriter(output, format);
        if (merged)
            writer.WriteMerged(matrix, new JobMerger(tree.Directory, filter: Filter, seed: Options.Seed), Limit, cancellationToken);
        else
            writer.Write(matrix, Filter, Limit, cancellationToken);
    }

    /// <summary>The jobs in order as they are scheduled; those that a filter, a script or their own exclusions rule out are left out.</summary>
    /// <param name="matrix">What <see cref="Build"/> gave.</param>
    /// <param name="composer">Makes the jobs.</param>
    /// <exception cref="ConfigurationException">The suite cannot give a job, or a fragment cannot be read or merged.</exception>
    public IEnumerable<MergedJob> ComposedJobs(SuiteMatrix matrix, JobComposer composer) =>
        Limited(matrix.Jobs().Select(composer.Compose).OfType<MergedJob>());

    /// <summary>The jobs in order for a run. One that cannot be made is planned all the same and gives its error when its turn comes.</summary>
    /// <param name="matrix">What <see cref="Build"/> gave.</param>
    /// <param name="make">Makes a job; null leaves it out.</param>
    /// <exception cref="ConfigurationException">The suite cannot give a job.</exception>
    public IEnumerable<PlannedJob> PlannedJobs(SuiteMatrix matrix, Func<SuiteJob, MergedJob?> make) =>
        Limited(matrix.Jobs().Where(Filter.Keeps).Select(job => Plan(job, make)).OfType<PlannedJob>())
            .Select((job, i) => job with { JobId = (i + 1).ToString(CultureInfo.InvariantCulture) });

    /// <summary>How many jobs <see cref="PlannedJobs"/> gives at most: scripts of the suite may drop some.</summary>
    /// <param name="matrix">What <see cref="Build"/> gave.</param>
    /// <returns>Null when there are more than a million to look through.</returns>
    public long? Count(SuiteMatrix matrix) => matrix.Count > MostCounted ? null : Jobs(matrix).LongCount();

    private static PlannedJob? Plan(SuiteJob job, Func<SuiteJob, MergedJob?> make)
    {
        try
        {
            return make(job) is { } made ? new PlannedJob("", job.Description, () => made.Config) : null;
        }
        catch (ConfigurationException mistake)
        {
            return new PlannedJob("", job.Description, () => throw new ConfigurationException(mistake.Message, inner: mistake));
        }
    }

    private IEnumerable<T> Limited<T>(IEnumerable<T> jobs)
    {
        if (Limit == 0)
            return jobs;
        return Take(jobs, Limit);

        static IEnumerable<T> Take(IEnumerable<T> jobs, long count)
        {
            foreach (var job in jobs)
            {
                yield return job;
                if (--count == 0)
                    yield break;
            }
        }
    }
}

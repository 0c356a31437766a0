namespace Teuthology.Results;

/// <summary>
/// Which runs of a store had which failure. It reads what failed since it last looked, and works the fingerprints out once; a store of 100,000 failures is a
/// second's work at the first question.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
public sealed class FailureIndex(ResultsStore store, TimeProvider time)
{
    /// <summary>How many failures are looked at, the latest.</summary>
    public const int Most = 100_000;

    // A clock of another host that writes to the same database may be behind, and a transaction may take a while to become visible.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    // Runs may have been deleted.
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);
    private readonly Dictionary<(string Run, string Job), (string Id, DateTime Updated)> _jobs = [];
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private DateTime _seen = DateTime.UnixEpoch;
    private long _began;
    private long _version = -1;

    /// <summary>Names of the runs with each of some failures, the newest first; those that nobody had are not in it.</summary>
    /// <param name="ids">Ids of the fingerprints.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> RunsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            return ids.Where(_failures.ContainsKey).ToDictionary(id => id, id => _failures[id].Runs);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A failure; null when no job has it.</summary>
    /// <param name="id">Id of the fingerprint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SeenFailure?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            return _failures.TryGetValue(id, out var failure) && failure.Jobs.Count > 0 ? failure.Seen() : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>All failures, the latest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SeenFailure>> ListAsync(int count, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            return [.. _failures.Values.Where(failure => failure.Jobs.Count > 0).OrderByDescending(failure => failure.Last).Take(count).Select(failure => failure.Seen())];
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // Asked before the failures are: what comes between the two is read next time.
        var version = await store.VersionAsync(cancellationToken);
        if (version == _version)
            return;
        if (_seen != DateTime.UnixEpoch && time.GetElapsedTime(_began) > Age)
        {
            _jobs.Clear();
            _failures.Clear();
            _seen = DateTime.UnixEpoch;
        }

        if (_seen == DateTime.UnixEpoch)
            _began = time.GetTimestamp();
        var since = _seen == DateTime.UnixEpoch ? _seen : _seen - Overlap;
        var news = await store.FailuresAsync(since, Most, cancellationToken);
        foreach (var job in news)
        {
            var key = (job.RunName, job.JobId);
            if (_jobs.TryGetValue(key, out var known))
            {
                if (known.Updated == job.Updated)
                    continue;
                _failures[known.Id].Jobs.Remove(key);
            }

            var fingerprint = Fingerprint.Of(job.FailureReason, job.FailureSignature);
            _jobs[key] = (fingerprint.Id, job.Updated);
            if (!_failures.TryGetValue(fingerprint.Id, out var failure))
                _failures[fingerprint.Id] = failure = new Failure(fingerprint, job);
            failure.Jobs[key] = job.Updated;
            _seen = job.Updated > _seen ? job.Updated : _seen;
        }

        _version = version;
    }

    private sealed class Failure(Fingerprint fingerprint, JobSummary example)
    {
        public Dictionary<(string Run, string Job), DateTime> Jobs { get; } = [];

        public DateTime Last => Jobs.Values.Max();

        public IReadOnlyList<string> Runs => [.. Jobs.OrderByDescending(job => job.Value).Select(job => job.Key.Run).Distinct()];

        public SeenFailure Seen()
        {
            var jobs = Jobs.OrderByDescending(job => job.Value).Select(job => job.Key).ToList();
            return new SeenFailure(fingerprint, example, jobs, [.. jobs.Select(job => job.Run).Distinct()], Jobs.Values.Min(), Last);
        }
    }
}

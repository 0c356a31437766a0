namespace Teuthology.Results;

/// <summary>What failed in a store, by fingerprint. Not for several threads at once.</summary>
internal sealed class FailureTable
{
    // A clock of another host that writes to the same database may be behind, and a transaction may take a while to become visible.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(string Run, string Job), (string Id, DateTime Updated)> _jobs = [];
    private readonly Dictionary<string, Failure> _failures = new(StringComparer.Ordinal);

    /// <summary>From when on the next question to the store is, UTC.</summary>
    public DateTime Since { get; private set; } = DateTime.UnixEpoch;

    /// <summary>All failures, the latest first.</summary>
    public IEnumerable<SeenFailure> All => _failures.Values.Where(failure => failure.Jobs.Count > 0).Select(failure => failure.Seen).OrderByDescending(failure => failure.Last);

    /// <summary>A failure; null when no job has it.</summary>
    /// <param name="id">Id of the fingerprint.</param>
    public SeenFailure? Find(string id) => _failures.TryGetValue(id, out var failure) && failure.Jobs.Count > 0 ? failure.Seen : null;

    /// <summary>Takes note of jobs that failed; those that are known already may be among them.</summary>
    public void Add(IEnumerable<JobSummary> jobs)
    {
        var latest = Since;
        foreach (var job in jobs)
        {
            latest = job.Updated - Overlap > latest ? job.Updated - Overlap : latest;
            var key = (job.RunName, job.JobId);
            if (_jobs.TryGetValue(key, out var known))
            {
                if (known.Updated == job.Updated)
                    continue;
                Forget(known.Id, key);
            }

            var fingerprint = Fingerprint.Of(job.FailureReason, job.FailureSignature);
            _jobs[key] = (fingerprint.Id, job.Updated);
            if (!_failures.TryGetValue(fingerprint.Id, out var failure))
                _failures[fingerprint.Id] = failure = new Failure(fingerprint, job);
            failure.Add(key, job);
        }

        Since = latest;
    }

    private void Forget(string id, (string Run, string Job) key)
    {
        if (_failures[id].Remove(key))
            _failures.Remove(id);
    }

    private sealed class Failure(Fingerprint fingerprint, JobSummary example)
    {
        private JobSummary _example = example;
        private SeenFailure? _seen;

        public Dictionary<(string Run, string Job), DateTime> Jobs { get; } = [];

        public SeenFailure Seen => _seen ??= Look();

        public void Add((string Run, string Job) key, JobSummary job)
        {
            Jobs[key] = job.Updated;
            _example = job.Updated > _example.Updated ? job : _example;
            _seen = null;
        }

        public bool Remove((string Run, string Job) key)
        {
            Jobs.Remove(key);
            _seen = null;
            return Jobs.Count == 0;
        }

        private SeenFailure Look()
        {
            var jobs = Jobs.OrderByDescending(job => job.Value).Select(job => job.Key).ToList();
            return new SeenFailure(fingerprint, _example, jobs, [.. jobs.Select(job => job.Run).Distinct()], Jobs.Values.Min(), Jobs.Values.Max());
        }
    }
}

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

    // Runs may have been deleted, and jobs may have passed at their next try.
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private FailureTable _table = new();
    private Task _renewing = Task.CompletedTask;
    private long? _read;
    private long _version = -1;

    /// <summary>Names of the runs with each of some failures, the newest first; those that nobody had are not in it.</summary>
    /// <param name="ids">Ids of the fingerprints.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> RunsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => AskAsync(
        table => (IReadOnlyDictionary<string, IReadOnlyList<string>>)ids.Select(table.Find).OfType<SeenFailure>().ToDictionary(failure => failure.Fingerprint.Id, failure => failure.Runs),
        cancellationToken);

    /// <summary>A failure; null when no job has it.</summary>
    /// <param name="id">Id of the fingerprint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<SeenFailure?> FindAsync(string id, CancellationToken cancellationToken) => AskAsync(table => table.Find(id), cancellationToken);

    /// <summary>All failures, the latest first.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<SeenFailure>> ListAsync(int count, CancellationToken cancellationToken) =>
        AskAsync(table => (IReadOnlyList<SeenFailure>)[.. table.All.Take(count)], cancellationToken);

    private async Task<T> AskAsync<T>(Func<FailureTable, T> ask, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            return ask(_table);
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
        _table.Add(await store.FailuresAsync(_table.Since, Most, cancellationToken));
        _version = version;
        _read ??= time.GetTimestamp();

        // Nobody waits for it: the old table serves on.
        if (time.GetElapsedTime(_read.Value) > Age && _renewing.IsCompleted)
            _renewing = Task.Run(RenewAsync, CancellationToken.None);
    }

    private async Task RenewAsync()
    {
        var read = time.GetTimestamp();
        var table = new FailureTable();
        table.Add(await store.FailuresAsync(table.Since, Most, CancellationToken.None));
        await _turn.WaitAsync();
        (_table, _read, _version) = (table, read, -1);
        _turn.Release();
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Teuthology.Scheduling;

/// <summary>
/// The queue in beanstalkd 1.12 or later, with upstream's format of jobs, so that upstream's tools and these take each other's. A job in hand is
/// reserved by a connection of the process that runs it: when that dies, beanstalkd puts the job back to its place. From the process that took a job to
/// the one that runs it the job goes as a delayed one, which nobody else gets before the lease is over. Nothing is ever buried.
/// </summary>
/// <remarks>How often a job was tried is what beanstalkd counts as its releases.</remarks>
public sealed class BeanstalkQueue : IJobQueue
{
    /// <summary>How long upstream's jobs may be in hand without a word, in seconds.</summary>
    private const int TimeToRun = 24 * 60 * 60;

    private const string ForEver = "4294967295";

    private readonly ConcurrentDictionary<string, BeanstalkConnection> _held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly BeanstalkHost _host;
    private readonly QueuePolicy _policy;
    private readonly TimeProvider _time;
    private BeanstalkConnection? _shared;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="host">Host that beanstalkd runs on.</param>
    /// <param name="port">Its port, 11300 as a rule.</param>
    /// <param name="policy">What becomes of a dead worker's job; null for the usual.</param>
    /// <param name="time">Clock.</param>
    public BeanstalkQueue(string host, int port, QueuePolicy? policy, TimeProvider time) =>
        (_host, _policy, _time) = (new BeanstalkHost(host, port, time), policy ?? new QueuePolicy(), time);

    /// <inheritdoc/>
    public string Place => _host.Place;

    /// <inheritdoc/>
    public async Task<string> PutAsync(NewQueueJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegative(job.Priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(job.Priority, uint.MaxValue);
        RequireTube(job.Tube);
        var data = Encoding.UTF8.GetBytes(QueueText.Write(job.Document));
        return await UseOwnAsync(
            async connection =>
            {
                _host.Expect(await connection.AskAsync($"use {job.Tube}", cancellationToken), "USING");

                // Once it is sent it must not be called off: nobody would know whether it was taken.
                var answer = await connection.AskAsync(string.Create(CultureInfo.InvariantCulture, $"put {job.Priority} 0 {TimeToRun} {data.Length}"), CancellationToken.None, data);
                return answer.Word == "JOB_TOO_BIG"
                    ? throw new ConfigurationException($"the job has {data.Length} bytes, more than {Place} takes: start it with a higher -z")
                    : _host.Expect(answer, "INSERTED").Id;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<QueueClaim?> TakeAsync(string tube, string worker, TimeSpan wait, CancellationToken cancellationToken)
    {
        RequireTube(tube);
        var connection = await _host.OpenAsync(cancellationToken);
        var isHeld = false;
        try
        {
            return await _host.ToldAsync(async () =>
            {
                _host.Expect(await connection.AskAsync($"watch {tube}", cancellationToken), "WATCHING");
                if (tube != "default")
                    _host.Expect(await connection.AskAsync("ignore default", cancellationToken), "WATCHING");
                var answer = await connection.AskAsync(string.Create(CultureInfo.InvariantCulture, $"reserve-with-timeout {(long)Math.Ceiling(wait.TotalSeconds)}"), cancellationToken);
                if (answer.Word is "TIMED_OUT" or "DEADLINE_SOON")
                    return null;
                var id = _host.Expect(answer, "RESERVED").Id;
                var facts = _host.Expect(await connection.AskAsync($"stats-job {id}", CancellationToken.None), "OK").Facts();
                _held[id] = connection;
                isHeld = true;
                var attempt = int.Parse(facts["releases"], CultureInfo.InvariantCulture) + 1;
                return new QueueClaim(id, tube, long.Parse(facts["pri"], CultureInfo.InvariantCulture), QueueText.Read(answer.Body), attempt, 0) { IsSpent = attempt > _policy.Attempts };
            });
        }
        finally
        {
            if (!isHeld)
                await connection.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(QueueClaim claim, CancellationToken cancellationToken)
    {
        if (_held.TryGetValue(claim.Id, out var connection))
        {
            try
            {
                if ((await connection.AskAsync($"touch {claim.Id}", cancellationToken)).Word == "TOUCHED")
                    return true;
            }
            catch (Exception e) when (BeanstalkHost.IsBroken(e))
            {
                // The job is back in the queue: it may still be there.
            }
        }

        return await AdoptAsync(claim, "", cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(QueueClaim claim, CancellationToken cancellationToken) => EndAsync(claim, $"delete {claim.Id}", "DELETED", cancellationToken);

    /// <inheritdoc/>
    // Not as a release, which would count twice: a closed connection gives its jobs back.
    public async Task<bool> ReturnAsync(QueueClaim claim, string reason, bool isTry, CancellationToken cancellationToken)
    {
        if (!_held.TryRemove(claim.Id, out var connection))
            return false;
        await connection.DisposeAsync();
        return true;
    }

    /// <inheritdoc/>
    public Task<bool> HandOverAsync(QueueClaim claim, CancellationToken cancellationToken) => EndAsync(
        claim, string.Create(CultureInfo.InvariantCulture, $"release {claim.Id} {claim.Priority} {(long)Math.Ceiling(_policy.Lease.TotalSeconds)}"), "RELEASED", cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> AdoptAsync(QueueClaim claim, string worker, CancellationToken cancellationToken)
    {
        var connection = await _host.OpenAsync(cancellationToken);
        var isHeld = false;
        try
        {
            return await _host.ToldAsync(async () =>
            {
                if ((await connection.AskAsync($"reserve-job {claim.Id}", cancellationToken)).Word != "RESERVED")
                    return false;
                if (_held.TryRemove(claim.Id, out var broken))
                    await broken.DisposeAsync();
                _held[claim.Id] = connection;
                return isHeld = true;
            });
        }
        finally
        {
            if (!isHeld)
                await connection.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueEntry>> ListAsync(QueueQuery query, CancellationToken cancellationToken) =>
        UseOwnAsync(connection => new BeanstalkScan(connection, _time).ListAsync(query, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>beanstalkd only counts them.</remarks>
    public async Task<IReadOnlyList<QueueAttempt>> HistoryAsync(string id, CancellationToken cancellationToken) => await UseOwnAsync<IReadOnlyList<QueueAttempt>>(
        async connection =>
        {
            var answer = await connection.AskAsync($"stats-job {QueueNumber.Read(id)}", cancellationToken);
            if (answer.Word != "OK")
                return [];
            var facts = answer.Facts();
            var put = _time.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(long.Parse(facts["age"], CultureInfo.InvariantCulture));
            return [.. Enumerable.Range(1, int.Parse(facts["releases"], CultureInfo.InvariantCulture)).Select(number => new QueueAttempt(number, "", put, null, null))];
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TubeState>> TubesAsync(CancellationToken cancellationToken) => UseOwnAsync<IReadOnlyList<TubeState>>(
        async connection =>
        {
            List<TubeState> tubes = [];
            foreach (var tube in _host.Expect(await connection.AskAsync("list-tubes", cancellationToken), "OK").Items().Order(StringComparer.Ordinal))
            {
                var answer = await connection.AskAsync($"stats-tube {tube}", cancellationToken);
                if (answer.Word == "OK" && (tube != "default" || answer.Facts()["total-jobs"] != "0"))
                    tubes.Add(State(tube, answer.Facts()));
            }

            return tubes;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task PauseAsync(string tube, QueuePause pause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pause);
        var seconds = pause.Until is { } until ? Math.Max(1, (long)Math.Ceiling((until - _time.GetUtcNow().UtcDateTime).TotalSeconds)).ToString(CultureInfo.InvariantCulture) : ForEver;
        return PauseAsync(tube, seconds, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ResumeAsync(string tube, CancellationToken cancellationToken) => PauseAsync(tube, "0", cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var known = ids.Where(id => QueueNumber.Read(id) > 0).ToList();
        var answers = await UseOwnAsync(connection => connection.AskAllAsync([.. known.Select(id => $"delete {id}")], cancellationToken), cancellationToken);
        return [.. known.Zip(answers).Where(pair => pair.Second.Word == "DELETED").Select(pair => pair.First)];
    }

    /// <summary>Jobs that somebody buried: upstream's dispatchers do, while they work on one, and where they give one up.</summary>
    /// <param name="tube">The tube.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<QueueEntry>> BuriedAsync(string tube, CancellationToken cancellationToken)
    {
        var tubes = await TubesAsync(cancellationToken);
        return tubes.Any(state => state.Name == tube)
            ? [.. (await ListAsync(new QueueQuery { Tube = tube }, cancellationToken)).Where(job => job.Worker?.StartsWith(BeanstalkScan.Buried, StringComparison.Ordinal) == true)]
            : [];
    }

    /// <summary>Puts a buried job back to its place.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it is not buried.</returns>
    public Task<bool> DigOutAsync(string id, CancellationToken cancellationToken) =>
        UseOwnAsync(async connection => (await connection.AskAsync($"kick-job {QueueNumber.Read(id)}", cancellationToken)).Word == "KICKED", cancellationToken);

    /// <summary>Closes the connections; jobs in hand go back to their place.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _held.Values)
            await connection.DisposeAsync();
        if (_shared is not null)
            await _shared.DisposeAsync();
        _opening.Dispose();
    }

    private TubeState State(string tube, IReadOnlyDictionary<string, string> facts)
    {
        long Number(string key) => long.Parse(facts[key], CultureInfo.InvariantCulture);
        return new TubeState(
            tube,
            Number("current-jobs-ready"),
            Number("current-jobs-reserved") + Number("current-jobs-delayed") + Number("current-jobs-buried"),
            Number("pause-time-left") is > 0 and var left ? new QueuePause(null, null, facts["pause"] == ForEver ? null : _time.GetUtcNow().UtcDateTime.AddSeconds(left)) : null);
    }

    private static void RequireTube(string tube)
    {
        if (tube.Length is 0 or > 200 || tube[0] == '-' || !tube.All(c => char.IsAsciiLetterOrDigit(c) || "-+/;.$_()".Contains(c)))
            throw new ConfigurationException($"beanstalkd has no tube '{tube}': letters, digits and -+/;.$_() only, 200 at most");
    }

    private async Task PauseAsync(string tube, string seconds, CancellationToken cancellationToken)
    {
        RequireTube(tube);
        await UseOwnAsync(
            async connection =>
            {
                // beanstalkd forgets tubes that nobody uses; watched it exists.
                _host.Expect(await connection.AskAsync($"use {tube}", cancellationToken), "USING");
                return _host.Expect(await connection.AskAsync($"pause-tube {tube} {seconds}", cancellationToken), "PAUSED");
            },
            cancellationToken);
    }

    private async Task<bool> EndAsync(QueueClaim claim, string command, string word, CancellationToken cancellationToken)
    {
        if (!_held.TryGetValue(claim.Id, out var connection))
            return false;
        try
        {
            if ((await connection.AskAsync(command, cancellationToken)).Word != word)
                return false;
        }
        catch (Exception e) when (BeanstalkHost.IsBroken(e))
        {
            if (!await AdoptAsync(claim, "", cancellationToken))
                return false;
            return await _host.ToldAsync(async () => (await _held[claim.Id].AskAsync(command, cancellationToken)).Word == word);
        }

        if (_held.TryRemove(claim.Id, out connection))
            await connection.DisposeAsync();
        return true;
    }

    private async Task<T> UseOwnAsync<T>(Func<BeanstalkConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            _shared ??= await _host.OpenAsync(cancellationToken);
            return await _host.ToldAsync(() => use(_shared));
        }
        catch (Exception e) when (e is not ConfigurationException && _shared is not null)
        {
            await _shared.DisposeAsync();
            _shared = null;
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }
}

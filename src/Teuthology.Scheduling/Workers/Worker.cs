namespace Teuthology.Scheduling;

/// <summary>
/// Takes jobs from a tube and has each run in a process of its own. A worker that is stopped or killed leaves its jobs to go on by themselves: they
/// hold their own claims, and the next worker finds their processes.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="starter">Makes processes of jobs.</param>
/// <param name="watch">Watches them.</param>
/// <param name="options">How to work.</param>
/// <param name="log">Its log.</param>
/// <param name="time">Clock.</param>
public sealed class Worker(IJobQueue queue, JobStarter starter, JobWatch watch, WorkerOptions options, WorkerLog log, TimeProvider time)
{
    // As upstream's workers: whoever touches it has all of them begin anew.
    private const string RestartFile = "/tmp/teuthology-restart-workers";

    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(10);
    private readonly ChildDirectory _children = new(options.ChildrenDirectory);
    private readonly HashSet<Task> _watched = [];

    /// <summary>Looks after what others leave buried; null where the queue knows no burying.</summary>
    public BuriedJobs? Buried { get; init; }

    // Results of a suite come when its last job is over, which may need this worker.
    private readonly HashSet<Task> _ends = [];
    private readonly DateTime _began = time.GetUtcNow().UtcDateTime;
    private int _worst;

    /// <summary>Works until it is stopped, or there is nothing left to do where the options say so.</summary>
    /// <param name="supervised">Whether each job gets a supervisor, and the next one is taken as soon as it has its machines: a dispatcher's way.</param>
    /// <param name="cancellationToken">Stops it; jobs that run go on.</param>
    /// <returns>The worst exit code of its jobs' processes.</returns>
    public async Task<int> WorkAsync(bool supervised, CancellationToken cancellationToken)
    {
        log.Info($"Taking jobs from {options.Tube} of {queue.Place}");
        foreach (var child in _children.Adopt(options.MostJobs))
        {
            log.Info($"Job {child.RunName}/{child.Claim.Id} of a worker that is gone still runs; watching it");
            Watch(JobChild.Attach(child), cancellationToken);
        }

        var isLast = false;
        while (!isLast && !cancellationToken.IsCancellationRequested && !IsToRestart())
        {
            try
            {
                await MakeRoomAsync(cancellationToken);
                if (Buried is not null)
                    await Buried.LookAsync(options.Tube, cancellationToken);
                if (await queue.TakeAsync(options.Tube, Name(supervised), Patience, cancellationToken) is not { } claim)
                {
                    if (!options.ExitWhenEmpty || _watched.Count + _ends.Count > 0)
                        continue;
                    log.Info("Queue is empty and no job processes running; exiting!");
                    break;
                }

                log.Info($"Reserved job {claim.Id}");
                isLast = claim.Document.Get("stop_worker") is true;
                await StartAsync(claim, supervised, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException)
            {
                log.Error($"{e.Message}");
                await Task.Delay(Trouble, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        log.Info("Stopping...");
        if (isLast)
            await Task.WhenAll(_watched);
        return _worst;
    }

    // Whoever leaves when there is nothing to do does not wait for long.
    private TimeSpan Patience => options.ExitWhenEmpty && options.Patience > Brief ? Brief : options.Patience;

    private static string Name(bool supervised) => $"{(supervised ? "dispatcher" : "worker")} {Environment.ProcessId} on {Environment.MachineName}";

    private async Task StartAsync(QueueClaim claim, bool supervised, CancellationToken cancellationToken)
    {
        JobChild? child;
        try
        {
            child = await starter.StartAsync(claim, supervised, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.Error($"Job {claim.Id} could not be started: {e.Message}");
            await queue.ReturnAsync(claim, $"it could not be started: {e.Message}", isTry: false, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            await queue.ReturnAsync(claim, "its worker was stopped", isTry: false, CancellationToken.None);
            throw;
        }

        if (child is null)
            return;
        _children.Note(child.Record);
        Watch(child, cancellationToken);

        // Who takes jobs faster than there are machines leaves nothing for others to take.
        while (supervised && child.Record.HasRoles && !child.HasEnded && !JobProgress.HasMachines(child.Record.Archive))
            await child.WaitAsync(TimeSpan.FromSeconds(1), time, cancellationToken);
    }

    private void Watch(JobChild child, CancellationToken cancellationToken)
    {
        var task = Task.Run(() => StayAsync(child, cancellationToken), CancellationToken.None);
        (child.Record.IsSuiteEnd ? _ends : _watched).Add(task);
    }

    private async Task StayAsync(JobChild child, CancellationToken cancellationToken)
    {
        try
        {
            var code = await watch.StayAsync(child, cancellationToken);
            _worst = Math.Max(_worst, code);
            _children.Forget(child.Record);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is TeuthologyException or IOException)
        {
            log.Error($"Job {child.Record.RunName}/{child.Record.Claim.Id} is watched no more: {e.Message}");
        }
    }

    private async Task MakeRoomAsync(CancellationToken cancellationToken)
    {
        _watched.RemoveWhere(task => task.IsCompleted);
        _ends.RemoveWhere(task => task.IsCompleted);
        while (_watched.Count >= options.MostJobs)
        {
            await Task.WhenAny(_watched).WaitAsync(cancellationToken);
            _watched.RemoveWhere(task => task.IsCompleted);
        }
    }

    private bool IsToRestart()
    {
        if (!File.Exists(RestartFile) || File.GetLastWriteTimeUtc(RestartFile) <= _began)
            return false;
        log.Info($"{RestartFile} is newer than this process: ending, to be started again");
        return true;
    }
}

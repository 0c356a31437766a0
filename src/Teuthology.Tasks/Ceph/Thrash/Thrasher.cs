using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>
/// Breaks a running cluster again and again, beside what the job does, until the job unwinds; then it ends what it is about, mends everything
/// and is waited for. An error ends it; the <see cref="CephWatchdog"/> then ends the job.
/// </summary>
/// <param name="name">What it is called in the log.</param>
/// <param name="seed">Seed of its choices: the same one makes the same choices of a cluster that behaves the same.</param>
/// <param name="log">Told of each choice.</param>
/// <param name="cluster">The cluster.</param>
public abstract class Thrasher(string name, int seed, ILogger log, CephCluster cluster)
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private Task _running = Task.CompletedTask;

    /// <summary>What it is called in the log.</summary>
    public string Name => name;

    /// <summary>Why it ended before it was told to; null while all is well.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Whether it was told to end.</summary>
    protected bool Stopping => _stop.IsCancellationRequested;

    /// <summary>Its choices.</summary>
    protected Random Random { get; } = new(seed);

    /// <summary>The cluster.</summary>
    protected CephCluster Cluster => cluster;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => cluster.Job.Time;

    /// <summary>Its log.</summary>
    protected ILogger Log => log;

    /// <summary>Waits until the cluster is fit for it and notes what is to be put back.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Begins, beside what else runs.</summary>
    public void Start()
    {
        Say($"seed is {seed}");
        _running = GuardedAsync();
    }

    /// <summary>Has it end, waits for that, and mends what it broke, unless the cluster was given up.</summary>
    /// <param name="cancellationToken">Gives up: what it is about is cut short.</param>
    /// <exception cref="TeuthologyException">It had failed, or the cluster cannot be mended.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Say("joining");
        await _stop.CancelAsync();
        await using (cancellationToken.UnsafeRegister(_ => _abandon.Cancel(), null))
            await _running;
        try
        {
            if (!cluster.Dead.IsCancellationRequested)
                await MendAsync(cancellationToken);
        }
        finally
        {
            _stop.Dispose();
            _abandon.Dispose();
        }

        if (Error is not null)
            ExceptionDispatchInfo.Throw(Error);
        Say("joined");
    }

    /// <summary>Breaks and mends until <see cref="Stopping"/>.</summary>
    /// <param name="cancellationToken">Cancelled only when nothing may be waited for any longer.</param>
    protected abstract Task ThrashAsync(CancellationToken cancellationToken);

    /// <summary>Mends everything; called once, when <see cref="ThrashAsync"/> has ended, in whatever manner.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    protected abstract Task MendAsync(CancellationToken cancellationToken);

    /// <summary>A pause that ends early when it is told to end.</summary>
    /// <param name="pause">How long.</param>
    /// <returns>Whether to go on.</returns>
    protected async Task<bool> PauseAsync(TimeSpan pause)
    {
        await Task.Delay(pause, Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !Stopping;
    }

    /// <summary>True in so many cases of one.</summary>
    /// <param name="probability">0 to 1.</param>
    protected bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>One of several.</summary>
    /// <typeparam name="T">Of what.</typeparam>
    /// <param name="choices">At least one.</param>
    protected T Pick<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];

    /// <summary>Tells the log.</summary>
    /// <param name="text">What it does.</param>
    protected void Say(string text) => CephLog.Note(log, $"{name}: {text}");

    private async Task GuardedAsync()
    {
        await Task.Yield();
        try
        {
            await ThrashAsync(_abandon.Token);
        }
        catch (Exception error)
        {
            Error = error;
            CephLog.Warn(log, $"{name} failed: {error.Message}");
        }
    }
}

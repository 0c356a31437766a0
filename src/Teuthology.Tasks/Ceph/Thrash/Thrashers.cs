namespace Teuthology.Tasks;

/// <summary>The thrashers of a job, for its watchdogs.</summary>
public sealed class Thrashers
{
    private readonly Lock _gate = new();
    private readonly List<Thrasher> _all = [];

    /// <summary>The first one that failed; null when none did.</summary>
    public Thrasher? Failed
    {
        get
        {
            lock (_gate)
                return _all.Find(t => t.Error is not null);
        }
    }

    /// <summary>Begins a thrasher and has it ended when the task unwinds.</summary>
    /// <param name="run">The task.</param>
    /// <param name="thrasher">The thrasher.</param>
    /// <param name="cancellationToken">Gives up before it has begun.</param>
    public static async Task BeginAsync(Jobs.TaskRun run, Thrasher thrasher, CancellationToken cancellationToken)
    {
        await thrasher.PrepareAsync(cancellationToken);
        var thrashers = run.Job.Shared<Thrashers>();
        lock (thrashers._gate)
            thrashers._all.Add(thrasher);
        thrasher.Start();
        run.Defer($"stop {thrasher.Name}", async (_, ct) =>
        {
            try
            {
                await thrasher.StopAsync(ct);
            }
            finally
            {
                lock (thrashers._gate)
                    thrashers._all.Remove(thrasher);
            }
        }, Timeout.InfiniteTimeSpan); // what it is about may be a recovery of an hour, which has a limit of its own
    }
}

using System.Runtime.ExceptionServices;
using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>parallel</c>: runs the tasks of its list at the same time, each entered and unwound by itself. The first error is the group's; the
/// other members are then cancelled and unwound, where upstream leaves them running.
/// </summary>
[Task("parallel", Members = TaskMembers.List)]
public sealed class ParallelTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        TasksLog.Text(run.Log, "starting parallel...");
        var members = GroupEntries.Of(run, run.Config).ToList();
        await Task.WhenAll(members.Select(async entry =>
        {
            try
            {
                await TaskStack.RunToEndAsync(run.Job, [entry], stop.Token);
            }
            catch (Exception e)
            {
                if (Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null) is null)
                    await stop.CancelAsync();
            }
        }));
        first?.Throw();
    }
}

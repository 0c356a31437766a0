using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>clock.check</c>: shows the machines' clocks and sets nothing.</summary>
[Task("clock.check")]
public sealed class ClockCheckTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var machines = ClockTask.Machines(run.Job);
        JobLog.Note(run.Log, "Checking initial clock skew...");
        await InParallel.ForEachAsync(machines, (remote, ct) => remote.RunAsync(RemoteCommand.Script(ClockTask.Show) with { Label = "show the clock" }, ct), cancellationToken);
        ClockTask.ShowAtTheEnd(run, machines);
    }
}

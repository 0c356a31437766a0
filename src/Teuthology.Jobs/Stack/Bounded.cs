namespace Teuthology.Jobs;

/// <summary>Runs code of tasks so that code which ignores its cancellation cannot hold up the job for ever.</summary>
internal static class Bounded
{
    public static async Task RunAsync(Func<CancellationToken, Task> work, string what, JobContext job, CancellationToken cancellationToken)
    {
        // Off this thread: a task that blocks its thread, or throws before its first await, is treated as any other.
        var running = Task.Run(() => work(cancellationToken), CancellationToken.None);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), cancelled))
            await Task.WhenAny(running, cancelled.Task);

        if (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(job.Options.CancelGrace, job.Time, CancellationToken.None));
            if (!running.IsCompleted)
            {
                throw new TeuthologyException(
                    FailureKind.Infrastructure,
                    $"{what} did not stop within {job.Options.CancelGrace.TotalSeconds:0} s of being cancelled; it was left behind{Because(job)}",
                    new OperationCanceledException(cancellationToken));
            }
        }

        await running;
    }

    private static string Because(JobContext job) => job.Interruption.Reason is { } reason ? $" ({reason})" : "";
}

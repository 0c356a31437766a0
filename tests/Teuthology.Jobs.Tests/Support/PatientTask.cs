namespace Teuthology.Jobs.Tests;

/// <summary><c>{interrupt}</c>: its step of unwinding may take as long as it likes; it interrupts the job where told, and writes down whether it is then to give up.</summary>
[Task("test.patient")]
public sealed class PatientTask(Trace trace) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Defer("wait", async (_, ct) =>
        {
            if (run.Flag("interrupt"))
            {
                await trace.Cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            trace.Add(ct.IsCancellationRequested ? "gave up" : "went on");
        }, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

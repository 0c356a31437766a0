using Teuthology.Jobs;

namespace Teuthology.Xunit.Sample;

internal sealed class PretendSession(PretendEngine engine, JobSpec job, IJobObserver? observer, string archive) : IJobSession
{
    private TeuthologyException? _failure;

    public JobSpec Job => job;

    public string? SkipReason => (string?)job.Config.Get("skip");

    public string? ArchivePath => archive;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        engine.Note(job, "run");
        observer?.TaskChanged(job, "sleep", unwinding: false);
        try
        {
            await Task.Delay(PretendEngine.Span(job, "sleep"), cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            throw _failure = new TeuthologyException(FailureKind.Infrastructure, "the job was cancelled", e);
        }

        if (job.Config.Get("fail") is string reason)
            throw _failure = new TeuthologyException(FailureKind.Test, reason);
    }

    public async Task<JobResult> UnwindAsync()
    {
        observer?.TaskChanged(job, "sleep", unwinding: true);
        await Task.Delay(PretendEngine.Span(job, "unwind"), CancellationToken.None);
        engine.Note(job, "unwound");
        var status = SkipReason is not null ? JobStatus.Skip : _failure is null ? JobStatus.Pass : JobStatus.Fail;
        var result = new JobResult(status, SkipReason ?? _failure?.Message, TimeSpan.FromSeconds(1), archive, _failure);
        observer?.Ended(job, result);
        return result;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>A job under way, to which something is about to happen.</summary>
internal sealed class RunningJob(IJobSession session, Task running) : IAsyncDisposable
{
    private string Log => Path.Combine(session.ArchivePath!, "teuthology.log");

    /// <summary>Starts a job.</summary>
    public static async Task<RunningJob> StartAsync(LabHost host, string yaml, CancellationToken cancellationToken = default)
    {
        var session = await host.Engine.StartAsync(host.Job(yaml), null, CancellationToken.None);
        Skip.If(session.SkipReason is not null, session.SkipReason);
        return new RunningJob(session, session.RunAsync(cancellationToken));
    }

    /// <summary>Waits until a line of its log has all the texts, or it ends without.</summary>
    public async Task SaysAsync(params string[] texts)
    {
        while (!running.IsCompleted && !(File.Exists(Log) && File.ReadLines(Log).Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal)))))
            await Task.Delay(50);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<JobResult> EndAsync()
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await session.UnwindAsync();
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();
}

using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Asks for a remote log, and for one that is not there.</summary>
[Task("test.remote_log")]
public sealed class RemoteLogTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        run.Job.AddRemoteLog("log/named", (string)run.Config!);
        run.Job.AddRemoteLog("log/absent", "/nonexistent/log");
        return Task.CompletedTask;
    }
}

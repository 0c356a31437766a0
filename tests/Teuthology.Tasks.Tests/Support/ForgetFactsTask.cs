using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Lets machines be asked again what they are: a test has changed what they answer.</summary>
[Task("test.forget_facts")]
public sealed class ForgetFactsTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var remote in run.Job.Cluster.Remotes)
            remote.Facts.Forget();
        return Task.CompletedTask;
    }
}

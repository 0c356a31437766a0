using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Lets <c>test.meet</c> wait until the job's first <c>test.mark</c> was entered.</summary>
public sealed class Meeting
{
    public TaskCompletionSource Marked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

[Task("test.meet")]
public sealed class MeetTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => run.Job.Shared<Meeting>().Marked.Task.WaitAsync(cancellationToken);
}

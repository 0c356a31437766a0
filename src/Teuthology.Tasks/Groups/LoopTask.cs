using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary><c>loop</c>: runs the tasks of <c>body</c> as a sequential group, <c>count</c> times (1 unless told).</summary>
[Task("loop", Members = TaskMembers.Body)]
public sealed class LoopTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => Read(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (count, body) = Read(run);
        for (var number = 1L; number <= count; number++)
        {
            TasksLog.Loop(run.Log, number, count);
            await TaskStack.RunToEndAsync(run.Job, GroupEntries.Of(run, body, "sequential"), cancellationToken);
        }
    }

    private static (long Count, YamlList Body) Read(TaskRun run)
    {
        var count = run.Whole("count", 1);
        if (count < 0)
            throw run.Wrong("'count' must not be negative", "count");
        return run.Map().Get("body") is YamlList body ? (count, body) : throw run.Wrong("'body' must be a list of tasks", "body");
    }
}

namespace Teuthology.Jobs.Tests;

/// <summary>Notes the options that it was given.</summary>
[Task("test.options")]
internal sealed class OptionsTask(Trace trace) : JobTask<LoadOptions>
{
    protected override Task RunAsync(TaskRun run, LoadOptions options, CancellationToken cancellationToken)
    {
        trace.Options = options;
        return Task.CompletedTask;
    }
}
